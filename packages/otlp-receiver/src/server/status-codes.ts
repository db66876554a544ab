/** Counterparts, from the tables of the OTLP specification and of gRPC. The first pair with a status gives its counterpart. */
const PAIRS: readonly (readonly [http: number, grpc: number])[] = [
  [200, 0],
  [499, 1],
  [400, 3],
  [504, 4],
  [408, 4],
  [404, 5],
  [409, 6],
  [403, 7],
  [429, 8],
  [413, 8],
  [400, 9],
  [409, 10],
  [416, 11],
  [501, 12],
  [404, 12],
  [405, 12],
  [415, 12],
  [500, 13],
  [500, 2],
  [503, 14],
  [502, 14],
  [500, 15],
  [401, 16],
]

export function grpcStatusOf(httpStatus: number): number {
  if (httpStatus >= 200 && httpStatus < 300) return 0
  return PAIRS.find(([http]) => http === httpStatus)?.[1] ?? 2
}

export function httpStatusOf(grpcStatus: number): number {
  return PAIRS.find(([, grpc]) => grpc === grpcStatus)?.[0] ?? 500
}
