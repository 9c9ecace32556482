import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { archive } from './archive.ts'

export interface ImageDescription {
  /** Its whole name, with the tag, such as `ghcr.io/vpc-bridge/vpc-bridge:0.1.0`. */
  readonly reference: string
  /** Path of the executable in the image, which it starts. */
  readonly entrypoint: `/${string}`
  /** Those of the image, and the annotations of its index. */
  readonly labels: Readonly<Record<`org.opencontainers.image.${string}`, string>>
}

/** An executable for one kind of machine. */
export interface ImageVariant {
  /** As Go names it. */
  readonly architecture: 'amd64' | 'arm64'
  readonly executable: Uint8Array
}

interface Blob {
  readonly descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number }
  readonly bytes: Uint8Array
}

/**
 * Makes a container image for several kinds of machines, of nothing but an executable. The same input gives the same bytes.
 *
 * @returns a tar archive of an OCI image layout, as `ctr images import` takes it
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export async function ociImage(image: ImageDescription, variants: readonly ImageVariant[]): Promise<Buffer> {
  const made = await Promise.all(variants.map((variant) => makeVariant(image, variant)))
  const index = jsonBlob('application/vnd.oci.image.index.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: made.map(({ manifest, platform }) => ({ ...manifest.descriptor, platform })),
    annotations: image.labels,
  })
  const names = {
    'io.containerd.image.name': image.reference,
    'org.opencontainers.image.ref.name': image.reference.slice(image.reference.lastIndexOf(':') + 1),
  }
  const blobs = [index, ...made.flatMap(({ manifest, config, layer }) => [manifest, config, layer])]
  return archive([
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }), mode: 0o644 },
    {
      name: 'index.json',
      bytes: json({ schemaVersion: 2, manifests: [{ ...index.descriptor, annotations: names }] }),
      mode: 0o644,
    },
    ...blobs.map(({ descriptor, bytes }) => ({
      name: `blobs/${descriptor.digest.replace(':', '/')}`,
      bytes,
      mode: 0o644,
    })),
  ])
}

async function makeVariant(image: ImageDescription, { architecture, executable }: ImageVariant) {
  const platform = { architecture, os: 'linux' }
  const files = await archive([{ name: image.entrypoint.slice(1), bytes: executable, mode: 0o755 }])
  const layer = blob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(files, { level: 9 }))
  const config = jsonBlob('application/vnd.oci.image.config.v1+json', {
    ...platform,
    config: { Entrypoint: [image.entrypoint], Labels: image.labels },
    rootfs: { type: 'layers', diff_ids: [digest(files)] },
  })
  const manifest = jsonBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: config.descriptor,
    layers: [layer.descriptor],
  })
  return { platform, manifest, config, layer }
}

function jsonBlob(mediaType: string, value: object): Blob {
  return blob(mediaType, json(value))
}

function blob(mediaType: string, bytes: Uint8Array): Blob {
  return { descriptor: { mediaType, digest: digest(bytes), size: bytes.length }, bytes }
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function digest(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
