export { type MasqueradedSource, type MasqueradeOf, masquerade, masqueraded } from './masquerade.ts'
