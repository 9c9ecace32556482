export { type AddressOnLink, address } from './address.ts'
export { broadcastOf } from './broadcast.ts'
