#!/usr/bin/env node
import { ConfigError } from '../config.js'
import { CommandError } from './dependencies.js'
import { program } from './program.js'

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof CommandError || error instanceof ConfigError ? error.message : error)
  process.exitCode = 1
}
