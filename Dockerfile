FROM node:24.21.0-bookworm-slim AS build
WORKDIR /coffer
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev && install --directory --owner=node compile-cache
# One start keeps the code that Node compiles, and every start in the image takes it from there. Node keeps it for each user apart.
USER node
RUN NODE_COMPILE_CACHE=/coffer/compile-cache DATA_DIR=/tmp/coffer node .ci/smoke.mjs && chmod -R a+rX compile-cache

FROM node:24.21.0-bookworm-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Coffer" \
      org.opencontainers.image.description="A self-hosted accounts-and-assets API" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
# package managers are not needed at run time
RUN rm -rf /opt/yarn* /usr/local/bin/corepack /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn* /usr/local/lib/node_modules
ENV NODE_ENV=production NODE_COMPILE_CACHE=/coffer/compile-cache
WORKDIR /coffer
COPY --from=build /coffer/package.json /coffer/LICENSE ./
COPY --from=build /coffer/node_modules node_modules
COPY --from=build /coffer/dist dist
COPY --from=build /coffer/compile-cache compile-cache
# the files belong to root, so that a compromised server cannot change them
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# no shell and no npm in between, so that signals reach the server
CMD ["node", "dist/server.js"]
