import { Ajv } from 'ajv'

/** Returns a function that tells what a JSON schema (draft 7) has against a document: nothing when it is valid. */
export function schemaValidator(schema: object): (document: unknown) => readonly string[] {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
  const validate = ajv.compile(schema)
  return (document) => (validate(document) ? [] : (validate.errors ?? []).map((error) => ajv.errorsText([error])))
}
