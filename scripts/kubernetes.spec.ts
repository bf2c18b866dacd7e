import { readdirSync, readFileSync } from 'node:fs';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { parse, parseAllDocuments, type Document } from 'yaml';
import { ConfigurationError } from '../apps/api/src/configuration/configuration.js';
import { knownNames, readConfiguration } from '../apps/api/src/configuration/read-configuration.js';
import {
  integrationIds,
  journalIds,
  restrictedTypes,
  webhookSettings,
} from '../apps/api/src/integrations/definitions.js';

/** The manifests of `deploy/kubernetes`, against the schemas of Kubernetes, each other, and what the service has. */

const FOLDER = new URL('../deploy/kubernetes/', import.meta.url);
const openapi = JSON.parse(readFileSync(new URL('../openapi/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, unknown>;
};
/** How long a refresh that has begun may take, and a little more. */
const REFRESH_SECONDS = 25;

/** As `yaml` gives it: the schema check says what is in it. */
type Manifest = Record<string, ReturnType<Document['toJS']>>;
type Model = new (data: never) => { validate(): void };

const MODELS: Record<string, Record<string, unknown>> = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
};

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const manifests = (): Manifest[] =>
  files.flatMap((name) =>
    parseAllDocuments(readFileSync(new URL(name, FOLDER), 'utf8')).map((document) => document.toJS() as Manifest),
  );

/** A value that notes which of its fields are read: the validators read those that the schema has, and no others. */
function watched<T>(value: T, path: string, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, name, receiver) {
      const field: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return field;
      read.add(`${path}/${name}`);
      return watched(field, `${path}/${name}`, read);
    },
    // A map of any names, such as labels.
    ownKeys(target) {
      for (const name of Object.keys(target)) read.add(`${path}/${name}`);
      return Reflect.ownKeys(target);
    },
  });
}

function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => [`${path}/${name}`, ...fieldsOf(field, `${path}/${name}`)]);
}

function schemaFaults(manifest: Manifest): string[] {
  const { apiVersion, kind } = manifest as { apiVersion: string; kind: string };
  const model = MODELS[apiVersion]?.[kind] as Model | undefined;
  if (model === undefined) return [`${apiVersion} ${kind} is not known`];
  const read = new Set<string>();
  try {
    (model.prototype as { validate(): void }).validate.call(watched(new model(manifest as never), '', read));
  } catch (error) {
    return [`${kind}: ${(error as Error).message}`];
  }
  return fieldsOf(manifest)
    .filter((path) => !read.has(path))
    .map((path) => `${kind}: ${path} is not known`);
}

function crossFaults(all: readonly Manifest[]): string[] {
  const faults: string[] = [];
  const check = (isRight: boolean, fault: string) => void (isRight || faults.push(fault));
  const of = (kind: string) => all.find((manifest) => manifest['kind'] === kind) ?? {};
  const deployment = of('Deployment');
  const pod = deployment['spec'].template;
  const jobPod = of('CronJob')['spec'].jobTemplate.spec.template;
  const [container] = pod.spec.containers;
  const environment: Record<string, string> = { ...of('ConfigMap')['data'], ...of('Secret')['stringData'] };

  const known = knownNames(integrationIds, restrictedTypes, webhookSettings, journalIds);
  for (const name of Object.keys(environment)) check(known.includes(name), `${name} is no setting of the service`);
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { path, port } = container[probe]?.httpGet ?? {};
    check(path in openapi.paths, `${probe}: there is no ${path}`);
    check(port === container.ports[0].name, `${probe}: there is no port ${port}`);
  }
  check(container.readinessProbe?.httpGet.path === '/health/ready', 'readiness is another route');
  check(container.livenessProbe?.httpGet.path === '/health/live', 'liveness is another route');
  check(String(container.ports[0].containerPort) === environment['PORT'], 'PORT is not the port of the container');
  check(of('Service')['spec'].ports[0].targetPort === container.ports[0].name, 'the Service has another port');

  const [drain, shutdown] = [Number(environment['DRAIN_SECONDS']), Number(environment['SHUTDOWN_SECONDS'])];
  check(pod.spec.terminationGracePeriodSeconds >= drain + shutdown + REFRESH_SECONDS, 'the grace period is too short');
  check(
    drain >= 2 * container.readinessProbe.periodSeconds,
    'DRAIN_SECONDS is shorter than two checks of the readiness',
  );

  const labels: Record<string, string> = pod.metadata.labels;
  const selects = (selector: Record<string, string>) =>
    Object.entries(selector).every(([name, value]) => labels[name] === value);
  check(selects(deployment['spec'].selector.matchLabels), 'the Deployment selects other pods');
  check(selects(of('Service')['spec'].selector), 'the Service selects other pods');
  check(selects(of('PodDisruptionBudget')['spec'].selector.matchLabels), 'the PodDisruptionBudget selects other pods');
  check(selects(of('NetworkPolicy')['spec'].podSelector.matchLabels), 'the NetworkPolicy selects other pods');
  for (const { labelSelector } of pod.spec.topologySpreadConstraints)
    check(selects(labelSelector.matchLabels), 'the spread constraint selects other pods');
  const jobLabels: Record<string, string> = jobPod.metadata.labels;
  check(
    Object.entries(of('Service')['spec'].selector).some(([name, value]) => jobLabels[name] !== value),
    'the Service sends requests to the backup',
  );
  const { name } = of('HorizontalPodAutoscaler')['spec'].scaleTargetRef;
  check(name === deployment['metadata'].name, 'the HorizontalPodAutoscaler scales something else');
  check(jobPod.spec.containers[0].image === container.image, 'the backup has another image');

  for (const { spec } of [pod, jobPod]) {
    check(spec.securityContext.runAsNonRoot === true, 'runs as root');
    check(spec.securityContext.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile');
    check(spec.enableServiceLinks === false, 'a Service called redis would set REDIS_PORT');
    for (const { securityContext: own, resources, envFrom, volumeMounts } of spec.containers) {
      check(own.readOnlyRootFilesystem === true && own.allowPrivilegeEscalation === false, 'may write or gain rights');
      check((own.capabilities.drop as string[]).includes('ALL'), 'keeps capabilities');
      check(resources.limits.memory !== undefined && resources.requests.cpu !== undefined, 'has no resources');
      for (const { configMapRef, secretRef } of envFrom)
        check(
          (configMapRef ?? secretRef).name === of(configMapRef ? 'ConfigMap' : 'Secret')['metadata'].name,
          'takes its settings from somewhere else',
        );
      for (const mount of volumeMounts)
        check(
          (spec.volumes as Manifest[]).some((volume: Manifest) => volume['name'] === mount.name),
          `there is no volume ${mount.name}`,
        );
    }
  }
  return faults;
}

const faultsOf = (all: readonly Manifest[]) => [...all.flatMap(schemaFaults), ...crossFaults(all)];

test('the manifests are what Kubernetes knows, and fit together', () => {
  expect(manifests().length).toBeGreaterThan(7);
  expect(faultsOf(manifests())).toEqual([]);
});

const pod = (kind: (name: string) => Manifest) => kind('Deployment')['spec'].template.spec;
const PLANTED: Record<string, [(kind: (name: string) => Manifest) => void, RegExp]> = {
  'a field that does not exist': [(kind) => (pod(kind).containers[0].livenesProbe = {}), /livenesProbe is not known/],
  'a field of another kind': [(kind) => (kind('Service')['spec'].replicas = 3), /replicas is not known/],
  'a text for a number': [(kind) => (kind('Deployment')['spec'].replicas = '3'), /must be integer/],
  'a probe of a route that does not exist': [
    (kind) => (pod(kind).containers[0].startupProbe.httpGet.path = '/healthz'),
    /no \/healthz/,
  ],
  'a grace period that is too short': [(kind) => (pod(kind).terminationGracePeriodSeconds = 30), /grace/],
  'a setting that does not exist': [(kind) => (kind('ConfigMap')['data'].LOGLEVEL = 'info'), /LOGLEVEL/],
  'a selector of other pods': [(kind) => (kind('Service')['spec'].selector = { app: 'causeway' }), /Service selects/],
  'a container that runs as root': [(kind) => (pod(kind).securityContext.runAsNonRoot = false), /root/],
  'another port': [(kind) => (kind('ConfigMap')['data'].PORT = '9000'), /PORT/],
};

test.each(Object.keys(PLANTED))('finds %s', (name) => {
  const all = manifests();
  const [plant, fault] = PLANTED[name] ?? [];
  plant?.((kind) => all.find((manifest) => manifest['kind'] === kind) ?? {});
  expect(faultsOf(all)).toEqual([expect.stringMatching(fault ?? '')]);
});

test('Prometheus finds the pods by their labels and port, with the key, as the job of the alerts', () => {
  const prometheus = (name: string) => readFileSync(new URL(`../deploy/prometheus/${name}`, import.meta.url), 'utf8');
  const [scrape] = (parse(prometheus('prometheus-kubernetes.yml')) as { scrape_configs: Manifest[] }).scrape_configs;
  expect(prometheus('alerts.yml')).toContain(`job="${scrape?.['job_name']}"`);
  expect(scrape?.['authorization']).toEqual({ credentials_file: expect.any(String) });
  const { metadata, spec } = manifests().find(({ kind }) => kind === 'Deployment')!['spec'].template;
  const labels = Object.entries(metadata.labels as Record<string, string>).map(([name, value]) => `${name}=${value}`);
  const selector = String(scrape?.['kubernetes_sd_configs'][0].selectors[0].label);
  expect(selector.split(',').sort()).toEqual(labels.sort());
  expect(scrape?.['relabel_configs'][0].regex).toBe(spec.containers[0].ports[0].name);
  // What guesses by annotations would read it a second time, without the key.
  expect(Object.keys(metadata)).toEqual(['labels']);
});

test('the rule for a collector is right once its comment signs are gone', () => {
  const text = readFileSync(new URL('network-policy.yaml', FOLDER), 'utf8');
  const policyWith = parse(text.replaceAll(/^ {4}# ?(?=- to:| {2})/gm, '    ')) as Manifest;
  expect(schemaFaults(policyWith)).toEqual([]);
  const ports = (policyWith['spec'].egress as Manifest[]).flatMap((rule: Manifest) => rule['ports'] as Manifest[]);
  expect(ports.map(({ port }) => port)).toContain(4318);
});

test('the kustomization has every file', () => {
  const { resources } = parse(readFileSync(new URL('kustomization.yaml', FOLDER), 'utf8')) as { resources: string[] };
  expect([...resources].sort()).toEqual(files.map((name) => name.replace('secret.example', 'secret')).sort());
});

test('the service refuses the example of a secret, and takes it filled in', () => {
  const of = (kind: string) => manifests().find((manifest) => manifest['kind'] === kind) ?? {};
  const environment: Record<string, string> = { ...of('ConfigMap')['data'], ...of('Secret')['stringData'] };
  const read = (more: Record<string, string>) =>
    readConfiguration(
      { ...environment, ...more },
      { integrationIds, restrictedTypes, webhookSettings, journalIds, sandboxByDefault: false },
    );
  let faults: readonly string[] = [];
  try {
    read({});
  } catch (error) {
    if (error instanceof ConfigurationError) ({ faults } = error);
  }
  const named = faults.map((fault) => fault.split(' ')[0]);
  expect(named.sort()).toEqual(['ADMIN_KEY', 'ENCRYPTION_KEYS', 'HUBSPOT_CLIENT_SECRET', 'METRICS_KEY', 'REDIS_URL']);
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * index * 7) % 251)).toString('base64');
  const hex = '0123456789abcdef'.repeat(2);
  const filled = { ENCRYPTION_KEYS: `k1:${key}`, ADMIN_KEY: hex, METRICS_KEY: hex, HUBSPOT_CLIENT_SECRET: 'secret' };
  expect(read({ ...filled, REDIS_URL: 'redis://redis:6379' })).toMatchObject({ mode: 'production', host: '0.0.0.0' });
});
