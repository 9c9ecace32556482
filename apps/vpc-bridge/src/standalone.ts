import { environment } from 'standalone:host'

/*
 * The standalone executable: it reads no more of itself than a command needs. Both are bundled apart from this module, and from each
 * other.
 */

const isVersion = environment().includes('CNI_COMMAND=VERSION')
await (isVersion ? import('./standalone-version.js') : import('./standalone-program.js'))
