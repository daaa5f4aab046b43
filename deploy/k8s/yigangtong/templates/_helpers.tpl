{{/* Each takes a dict: root (the chart's scope) and component; others say so. */}}

{{- define "ygt.selector" -}}
app.kubernetes.io/name: yigangtong
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "ygt.meta" -}}
name: {{ .root.Release.Name }}-{{ .component }}
labels:
  {{- include "ygt.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: yigangtong-{{ .root.Chart.Version }}
{{- end }}

{{/* What every pod has. Service links would put YGT_… variables of their own beside the settings in a release named ygt. */}}
{{- define "ygt.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* What every container has. image: worker or web; resources. */}}
{{- define "ygt.container" -}}
name: {{ .component }}
image: {{ printf "%s:%s" (get .root.Values.image .image) (.root.Values.image.tag | default .root.Chart.AppVersion) }}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
resources:
  {{- toYaml .resources | nindent 2 }}
{{- end }}

{{/* How the component reaches Kafka: variables, and the files that they name. */}}
{{- define "ygt.kafka" -}}
{{- $kafka := .root.Values.kafka }}
{{- $user := get $kafka.users .component }}
- {name: YGT_BOOTSTRAP, value: {{ $kafka.bootstrap | quote }}}
{{- if ne $kafka.protocol "PLAINTEXT" }}
- {name: YGT_KAFKA_PROTOCOL, value: {{ $kafka.protocol }}}
{{- end }}
{{- if $kafka.caSecret }}
{{- if not (hasSuffix "SSL" $kafka.protocol) }}
{{- fail (printf "kafka.caSecret cannot count: kafka.protocol %s has no TLS" $kafka.protocol) }}
{{- end }}
- {name: YGT_KAFKA_CA_FILE, value: /run/secrets/kafka-ca/ca.crt}
{{- end }}
{{- if hasPrefix "SASL" $kafka.protocol }}
- {name: YGT_KAFKA_SASL_MECHANISM, value: {{ $kafka.mechanism }}}
- {name: YGT_KAFKA_USER, value: {{ $user.name | quote }}}
- {name: YGT_KAFKA_PASSWORD_FILE, value: /run/secrets/kafka-user/password}
{{- else if include "ygt.kafkaKeys" . }}
- {name: YGT_KAFKA_CERT_FILE, value: /run/secrets/kafka-user/user.crt}
- {name: YGT_KAFKA_KEY_FILE, value: /run/secrets/kafka-user/user.key}
{{- end }}
{{- end }}

{{/* What a part reads of its Secret of Kafka; empty: it has none. */}}
{{- define "ygt.kafkaKeys" -}}
{{- $kafka := .root.Values.kafka }}
{{- $secret := (get $kafka.users .component).secret }}
{{- if hasPrefix "SASL" $kafka.protocol }}
{{- if not $secret }}
{{- fail (printf "kafka.users.%s.secret: kafka.protocol %s wants a password" .component $kafka.protocol) }}
{{- end -}}
[{key: password, path: password}]
{{- else if and (eq $kafka.protocol "SSL") $secret -}}
[{key: user.crt, path: user.crt}, {key: user.key, path: user.key}]
{{- end }}
{{- end }}

{{- define "ygt.kafkaMounts" -}}
{{- if .root.Values.kafka.caSecret }}
- {name: kafka-ca, mountPath: /run/secrets/kafka-ca, readOnly: true}
{{- end }}
{{- if include "ygt.kafkaKeys" . }}
- {name: kafka-user, mountPath: /run/secrets/kafka-user, readOnly: true}
{{- end }}
{{- end }}

{{- define "ygt.kafkaVolumes" -}}
{{- with .root.Values.kafka.caSecret }}
- {name: kafka-ca, secret: {secretName: {{ . }}, defaultMode: 0440, items: [{key: ca.crt, path: ca.crt}]}}
{{- end }}
{{- with include "ygt.kafkaKeys" . }}
- {name: kafka-user, secret: {secretName: {{ (get $.root.Values.kafka.users $.component).secret }}, defaultMode: 0440, items: {{ . }}}}
{{- end }}
{{- end }}

{{/* variable: YGT_STORE_URL or YGT_READ_URL; user: key of the Secret */}}
{{- define "ygt.store" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef: {name: {{ .root.Values.clickhouse.secret }}, key: {{ .user }}}
{{- end }}

{{/* component: those that ask ClickHouse see who vouches for it */}}
{{- define "ygt.storeMounts" -}}
{{- if and .root.Values.clickhouse.caSecret (has .component (list "tables" "epoch" "worker" "tower" "canary")) }}
- {name: clickhouse-ca, mountPath: /run/secrets/clickhouse-ca, readOnly: true}
{{- end }}
{{- end }}

{{- define "ygt.storeVolumes" -}}
{{- if include "ygt.storeMounts" . }}
- {name: clickhouse-ca, secret: {secretName: {{ .root.Values.clickhouse.caSecret }}, defaultMode: 0440, items: [{key: ca.crt, path: ca.crt}]}}
{{- end }}
{{- end }}

{{/* Not live for a minute: begun anew. Not ready: no traffic. ready: another path than /live. */}}
{{- define "ygt.probes" -}}
startupProbe:
  httpGet: {path: {{ .live }}, port: http}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: {{ .live }}, port: http}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: {{ .ready | default .live }}, port: http}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{/* storage: size, className */}}
{{- define "ygt.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storage.className }}
storageClassName: {{ . }}
{{- end }}
resources: {requests: {storage: {{ .storage.size }}}}
{{- end }}

{{/* port, headless */}}
{{- define "ygt.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "ygt.meta" . | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  publishNotReadyAddresses: true # Prometheus sees who is recovering, too
  {{- end }}
  selector:
    {{- include "ygt.selector" . | nindent 4 }}
  ports: [{name: http, port: {{ .port }}, targetPort: http}]
{{- end }}

{{/* ingress, port */}}
{{- define "ygt.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "ygt.meta" . | nindent 2 }}
  {{- with .ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  tls: [{hosts: [{{ .ingress.host }}], secretName: {{ required "an ingress needs a tlsSecret: keys and passwords pass it" .ingress.tlsSecret }}}]
  rules:
    - host: {{ .ingress.host }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: {{ .root.Release.Name }}-{{ .component }}, port: {name: http}}}
{{- end }}
