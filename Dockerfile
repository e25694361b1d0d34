# The API against a PostgreSQL of your own: no embedded one, no build step, no secret. docker-compose.yml shows its use.
FROM node:24.21.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# Without the development tools and without embedded PostgreSQL; neither is used here, and no install script runs.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

# Everything belongs to root, so the process below can read the program and cannot change it.
COPY LICENSE ./
COPY migrations migrations
COPY seeds seeds
COPY openapi openapi
COPY src src

USER node
EXPOSE 3000

# Asks the ops listener from inside the container; it is never published. Change it together with OPS_PORT.
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3001/livez').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/server.ts"]
