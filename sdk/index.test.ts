import assert from 'node:assert/strict';
import { it } from 'node:test';

it('can be imported where there is no page, with every element, and registers nothing by itself', async () => {
  const { AnalysisProvider, AnnotationCanvas, AnnotationLayer, VideoLibrary, VideoPlayer, VideoUploader } = await import('./index.ts');
  for (const element of [AnalysisProvider, AnnotationCanvas, AnnotationLayer, VideoLibrary, VideoPlayer, VideoUploader])
    assert.equal(typeof element, 'function');
  assert.equal(typeof document, 'undefined');
});
