package dev.capstan.kvstore.contract;

/** What every store promises. */
public abstract class KvStoreContract
    implements CommitContract,
        ReadContract,
        WatchContract,
        SpaceContract,
        GroupCommitContract,
        UnknownOutcomeContract {}
