/** What a container that has a helper sees: the addresses that slirp4netns has for this (slirp4netns(1)), and pasta is told. */

/** Its link, as the one to a bridge is called. */
export const LINK = 'eth0';
export const ADDRESS = '10.0.2.100';
export const PREFIX = 24;
/** As 10.0.2.100 has it with Docker: 02:42 and the address. */
export const MAC = '02:42:0a:00:02:64';
/** The helper itself. */
export const GATEWAY = '10.0.2.2';
/** Here it passes questions on to the host's name server, which may be one that only the host reaches. */
export const NAME_SERVER = '10.0.2.3';

/** No packet of these goes over a wire, so they may be as large as IP has them. */
export const HELPER_MTU = 65_520;
