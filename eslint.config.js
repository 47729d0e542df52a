import { builtinModules } from 'node:module'
import jest from 'eslint-plugin-jest'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name the export: a name is found, and renamed, everywhere.',
}
const withoutIo = 'Workflows and rules have no I/O: let it be passed in (ARCHITECTURE.md).'

export default defineConfig(
  { ignores: ['dist/', '.data/', '.cache/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', defaultExport],
      '@typescript-eslint/consistent-type-exports': 'error',
      // `typeof import('…')` is the only way to name the type of a module that is loaded late.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // With only types in it, `import { type X }` still loads the module when the program runs.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // `() => close()` and an early `return answer()` say what they do; a void value that is used is still found.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-deprecated': [
        'error',
        // Not deprecated, but made to stand out: it is used for loopback only.
        { allow: [{ from: 'package', package: 'openid-client', name: 'allowInsecureRequests' }] },
      ],
      // `const { unwanted, ...rest }` is how to leave something out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // An async function without anything to wait for serves an interface of promises best: what it throws becomes a rejection.
      '@typescript-eslint/require-await': 'off',
      // A number prints in one way only; undefined, null and objects in a text are mistakes.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Objects come from factories and close over their state: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['workflows/**', 'domain/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map((name) => ({ name, message: withoutIo })),
          patterns: [{ group: ['node:*'], message: withoutIo }],
        },
      ],
    },
  },
  {
    files: ['test/**'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': 'error',
      'jest/no-disabled-tests': 'error',
    },
  },
  {
    // jest demands it.
    files: ['test/support/global-setup.ts', 'test/support/global-teardown.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
