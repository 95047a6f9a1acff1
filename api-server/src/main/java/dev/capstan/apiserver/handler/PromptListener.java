package dev.capstan.apiserver.handler;

/** Listens to a call without ever blocking: the call needs no thread of its own. */
public interface PromptListener {}
