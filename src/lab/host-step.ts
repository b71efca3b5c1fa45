/** The step that every lab ends with: the host, compared with what it was before. */
export const HOST_STEP = 'host';
