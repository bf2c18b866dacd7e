import type { Fields } from '../core/fields.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Act = (body: Fields, params: Record<string, string>) => object | Promise<object>;

/** Adds a route below /control. */
export type OnControl = (method: Method, path: string, act: Act) => void;
