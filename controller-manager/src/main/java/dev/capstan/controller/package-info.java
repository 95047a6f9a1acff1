/** The controllers. */
@NullMarked
package dev.capstan.controller;

import org.jspecify.annotations.NullMarked;
