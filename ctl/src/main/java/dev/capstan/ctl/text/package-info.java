/** What is printed: tables, ages, YAML, JSON, jsonpath. */
@NullMarked
package dev.capstan.ctl.text;

import org.jspecify.annotations.NullMarked;
