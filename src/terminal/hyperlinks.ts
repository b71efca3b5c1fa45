const TERMS = /^(xterm-kitty|xterm-ghostty|alacritty|foot|contour|wezterm)/;
const PROGRAMS = ['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Tabby', 'rio', 'WarpTerminal'];
/** VTE had them in 0.50; Konsole in 21.04. */
const VERSIONS = { VTE_VERSION: 5000, KONSOLE_VERSION: 210400 };

/** Whether the terminal is known to open links (OSC 8); no terminal says so itself. FORCE_HYPERLINK decides where it is set. */
export function showsHyperlinks(env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_HYPERLINK) return env.FORCE_HYPERLINK !== '0';
  // A multiplexer hands on the variables of the terminal that it was started in.
  if (env.TMUX || env.STY || env.TERM === 'dumb') return false;
  const isNew = Object.entries(VERSIONS).some(([name, least]) => Number(env[name]) >= least);
  return isNew || !!env.WT_SESSION || TERMS.test(env.TERM ?? '') || PROGRAMS.includes(env.TERM_PROGRAM ?? '');
}
