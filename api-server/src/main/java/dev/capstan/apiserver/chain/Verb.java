package dev.capstan.apiserver.chain;

/** What a call does to an object, in the words of authorisation. */
public enum Verb {
  CREATE,
  GET,
  LIST,
  WATCH,
  UPDATE,
  PATCH,
  DELETE
}
