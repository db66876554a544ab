export default {
  transform: {},
  testEnvironmentOptions: { customExportConditions: ['codex-otel', 'node', 'node-addons'] },
}
