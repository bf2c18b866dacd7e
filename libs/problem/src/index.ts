export { PROBLEMS, type ProblemSlug } from './catalogue.js';
export { describeError, describeErrorBriefly } from './describe-error.js';
export { Problem, isProviderCode, type FieldError, type ProblemBody, type ProblemDetails } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { sendProblem } from './send-problem.js';
export { toProblem } from './to-problem.js';
