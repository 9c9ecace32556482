/** The number of ports that a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
export const mostPorts = 1023
