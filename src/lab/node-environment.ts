/** An environment for a node of ours without the variables that the caller has set for his own: NODE_OPTIONS may open a debugger's port. */
export function withoutNode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:NODE|UV)_/.test(name)));
}
