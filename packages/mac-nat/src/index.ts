export { canTranslate, type MacNat, type MacNatEndpoint, macNat, macNatEndpoint } from './mac-nat.ts'
