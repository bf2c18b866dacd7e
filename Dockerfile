FROM node:20-slim AS build
WORKDIR /causeway
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN npm run build

FROM node:20-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
WORKDIR /causeway
COPY package.json package-lock.json nest-cli.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error \
  && npm cache clean --force \
  && install -d -o node -g node /data
COPY --from=build /causeway/dist ./dist
COPY openapi ./openapi
# The only place that is written to, and only when no Redis is configured: the root file system can be mounted read-only.
VOLUME /data
USER node
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation: a quarter less memory when idle, no measured loss of speed.
CMD ["node", "--max-semi-space-size=4", "dist/service/main.js"]
