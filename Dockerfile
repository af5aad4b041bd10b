# One static binary on an empty image, for the machine that builds it, or for the platform that the build is given. The
# version of Rust is that of rust-toolchain.toml.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build

# Writes the list of dependencies into the program: an image without packages has nothing else that a scanner could read.
RUN cargo install --locked cargo-auditable@0.7.7

# Static, C library included, and its relocations packed, which takes half a megabyte off. Cargo applies the flags to the
# named target only, so build scripts and procedural macros, which cannot be static, still build; hence a target is named
# though it is the machine's own. Paths in panic messages start at the source and the registry, so that a build in another
# folder with these flags gives the same program.
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs \
--remap-path-prefix=/build= --remap-path-prefix=/usr/local/cargo/registry/src=registry"

# The time of every embedded file, which otherwise is that of the checkout.
ENV SOURCE_DATE_EPOCH=0

# Swagger UI comes in several forms, of which its page loads one; empty files take the place of the others.
ENV SWAGGER_UI_OVERWRITE_FOLDER=/unused
RUN mkdir /unused && cd /unused && touch swagger-ui.js swagger-ui-es-bundle.js swagger-ui-es-bundle-core.js \
  swagger-ui-standalone-preset.js

# The dependencies first, with an empty program: this layer is built again only when the manifest changes.
COPY Cargo.toml Cargo.lock ./
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
    && mkdir src \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo auditable build --release --locked --target "$target"

COPY . .
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
    && touch src/main.rs src/lib.rs \
    && cargo auditable build --release --locked --target "$target" \
    && cp "target/$target/release/weather-app" /weather-app \
    && /weather-app --version | grep -q . \
    && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /weather-app /weather-app

# A volume that is mounted here belongs to the program's user; it is used if DATA_DIR names it.
COPY --from=build --chown=10001:10001 /data /data

# Whoever builds it names the commit: --label org.opencontainers.image.revision=COMMIT. An ARG would not do, since
# podman's cache returns the layer of another commit.
LABEL org.opencontainers.image.title="weather-app" \
    org.opencontainers.image.description="A self-hosted weather service: JSON API, OpenAPI with Swagger UI and a plain page in one binary" \
    org.opencontainers.image.licenses="MIT"

USER 10001:10001
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/weather-app", "healthcheck"]
ENTRYPOINT ["/weather-app"]
