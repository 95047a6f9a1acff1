package dev.capstan.kvstore.etcd;

/** Revisions as the store knows them. */
interface EtcdRevisions {

  /** The cluster's, by a consistent read. */
  long head();

  /** The highest any reply has named. */
  long highestSeen();
}
