/** Why a packet filter refused something; where and in doing what, the driver adds. */
export interface PacketFilterFailure {
  /** Symbolic error number, as errno(3) names it. */
  readonly errno: string
  readonly message: string
}

/** Where a packet filter is to work. */
export interface PacketFilterNetns {
  /** A path by which child processes find the network namespace. */
  readonly path: string
  /** Whether it is the one that this process is in. */
  readonly isOwn: boolean
}
