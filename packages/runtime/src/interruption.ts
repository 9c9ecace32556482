/** Asks whether the process has been told to stop: resolves to the name of the first signal, if there was one. */
export type Interruption = () => Promise<StopSignal | undefined>

export type StopSignal = 'SIGINT' | 'SIGTERM'
