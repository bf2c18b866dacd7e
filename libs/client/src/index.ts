export {
  createCauseway,
  type CausewayClient,
  type CausewayOptions,
  type Connection,
  type Integration,
  type Item,
  type Problem,
} from './client.js';
export { CausewayError, errorOf, type ShownProblem } from './causeway-error.js';
export {
  LoadCutError,
  streamItems,
  type ItemsWish,
  type LoadEnding,
  type LoadLine,
  type LoadProgress,
} from './stream-items.js';
export { proxyUrl } from './proxy-url.js';
export { followConnections, type ConnectionNews } from './follow-connections.js';
