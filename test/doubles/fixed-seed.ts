import fc from 'fast-check';

/** For mutation tests: every run sees the same random inputs, and a broken promise is not made small first. */
fc.configureGlobal({ seed: 20_260_101, endOnFailure: true });
