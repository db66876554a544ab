import { join } from 'node:path'

/** The file by which an owner says that it lives. */
export const heartbeatFile = (directory: string, owner: string): string => join(directory, `${owner}.alive`)
