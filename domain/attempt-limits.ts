import type { Limit } from './limits.js'

/**
 * Attempts begun at one provider from one client network. Wide enough for 10,000 people behind one address who come to work in the
 * same ten minutes; a flood beyond it is held up at its own provider only (spec: pipeline 3, "start").
 */
export const startsPerProviderAndNetwork: Limit = { name: 'start-provider-network', max: 1_200, seconds: 60 }
