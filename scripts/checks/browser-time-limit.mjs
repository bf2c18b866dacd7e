// Jest takes a time limit per run, not per project: a walk through the web app may take longer than other tests.
import.meta.jest.setTimeout(90_000);
