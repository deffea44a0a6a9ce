# The program alone: no shell, no libraries, not root. SQLite and the key lie in /data unless the configuration says otherwise.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/xiaobao . && mkdir /out/data

FROM scratch
COPY --from=build /out/xiaobao /xiaobao
COPY --from=build --chown=65532:65532 /out/data /data
# The one tool beside it, for health checks.
COPY --from=busybox:1.37-musl /bin/busybox /bin/wget
USER 65532:65532
ENV XIAOBAO_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK CMD ["/bin/wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/livez"]
ENTRYPOINT ["/xiaobao"]
CMD ["serve"]
