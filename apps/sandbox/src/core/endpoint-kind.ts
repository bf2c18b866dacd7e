/** What the control API can aim a fault at. */
export type EndpointKind = 'authorize' | 'token' | 'data' | 'app';
