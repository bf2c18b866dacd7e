export { PROBLEMS, type ProblemSlug } from './catalogue.js';
export { Problem, type FieldError, type ProblemBody, type ProblemDetails } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
