// The fields that ops/k8s uses of CloudNativePG 1.28 and of its plugin Barman Cloud 0.11, since no package has their types. Only these may be
// used: a new one is added here once, with a look into the operator's documentation.

interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
}

interface LocalReference {
  name: string;
}

interface KeyReference extends LocalReference {
  key: string;
}

interface Resources {
  requests?: { cpu?: string; memory?: string };
  limits?: { cpu?: string; memory?: string };
}

export interface ICluster {
  apiVersion: "postgresql.cnpg.io/v1";
  kind: "Cluster";
  metadata: Metadata;
  spec: {
    instances: number;
    imageName?: string;
    primaryUpdateStrategy?: "unsupervised" | "supervised";
    primaryUpdateMethod?: "switchover" | "restart";
    /** Seconds. */
    switchoverDelay?: number;
    bootstrap?: { initdb?: { database?: string; owner?: string; secret?: LocalReference; dataChecksums?: boolean } };
    managed?: {
      roles?: {
        name: string;
        ensure?: "present" | "absent";
        login?: boolean;
        createrole?: boolean;
        passwordSecret?: LocalReference;
      }[];
    };
    postgresql?: {
      synchronous?: {
        method: "any" | "first";
        number: number;
        dataDurability?: "required" | "preferred";
        failoverQuorum?: boolean;
      };
      parameters?: Record<string, string>;
    };
    storage: { size: string; storageClass?: string };
    walStorage?: { size: string; storageClass?: string };
    resources?: Resources;
    seccompProfile?: { type: "RuntimeDefault" | "Unconfined" };
    affinity?: {
      enablePodAntiAffinity?: boolean;
      topologyKey?: string;
      podAntiAffinityType?: "required" | "preferred";
    };
    topologySpreadConstraints?: {
      maxSkew: number;
      topologyKey: string;
      whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
      labelSelector?: { matchLabels?: Record<string, string> };
    }[];
    plugins?: { name: string; enabled?: boolean; isWALArchiver?: boolean; parameters?: Record<string, string> }[];
  };
}

export interface IScheduledBackup {
  apiVersion: "postgresql.cnpg.io/v1";
  kind: "ScheduledBackup";
  metadata: Metadata;
  spec: {
    /** Six fields, of which the first is seconds. */
    schedule: string;
    immediate?: boolean;
    suspend?: boolean;
    backupOwnerReference?: "none" | "self" | "cluster";
    cluster: LocalReference;
    method?: "barmanObjectStore" | "volumeSnapshot" | "plugin";
    pluginConfiguration?: { name: string; parameters?: Record<string, string> };
  };
}

export interface IObjectStore {
  apiVersion: "barmancloud.cnpg.io/v1";
  kind: "ObjectStore";
  metadata: Metadata;
  spec: {
    /** A number with d, w or m. */
    retentionPolicy?: string;
    configuration: {
      destinationPath: string;
      endpointURL?: string;
      s3Credentials?: { accessKeyId?: KeyReference; secretAccessKey?: KeyReference; region?: KeyReference };
      wal?: {
        compression?: "gzip" | "bzip2" | "snappy" | "lz4" | "xz" | "zstd";
        encryption?: "AES256" | "aws:kms";
        maxParallel?: number;
      };
      data?: { compression?: "gzip" | "bzip2" | "snappy"; encryption?: "AES256" | "aws:kms"; jobs?: number };
    };
    instanceSidecarConfiguration?: { resources?: Resources };
  };
}
