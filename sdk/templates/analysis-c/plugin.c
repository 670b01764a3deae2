/* Mean firing rate of every population. */
#include <stdlib.h>
#include <string.h>
#include <v1e_sdk/plugin.h>

/* ---- parameters: values arrive in this order ---- */

enum { BEGIN, PARAM_COUNT };

static const v1e_param begin = {.struct_size = sizeof(v1e_param),
                                .type = V1E_FLOAT,
                                .key = "begin",
                                .unit = "ms",
                                .summary = "Count spikes from here on",
                                .default_value = V1E_FLOAT_VALUE(0.0),
                                .min_value = V1E_FLOAT_VALUE(0.0)};
static const v1e_param* const params[PARAM_COUNT] = {&begin};

/* ---- the instance and its accumulator ---- */

struct v1e_analysis {
  double begin_ms, seconds;
  size_t population_count;
  const char** populations;
  uint32_t* of_neuron; /* index into populations */
  double* sizes;       /* neurons by population  */
  double* rates;       /* Hz by population       */
};

struct v1e_partial {
  size_t count;
  double* spikes; /* by population */
};

static void destroy(v1e_analysis* self) {
  if (!self) return;
  free(self->populations);
  free(self->of_neuron);
  free(self->sizes);
  free(self->rates);
  free(self);
}

static const char* const* population_names(const v1e_network* network) {
  uint64_t i;
  for (i = 0; i < network->neuron_column_count; ++i) {
    const v1e_column* column = network->neuron_columns[i];
    if (strcmp(column->name, "population") == 0) return column->values.data;
  }
  return NULL;
}

static v1e_status create(const v1e_settings* settings, const v1e_analysis_env* env,
                         v1e_analysis** out, v1e_error* err) {
  const v1e_dataset* dataset = env->datasets[0];
  const size_t n = (size_t)dataset->network->neuron_count;
  const char* const* names = population_names(dataset->network);
  const double duration_ms = dataset->dt_ms * (double)dataset->step_count;
  v1e_analysis* self;
  size_t i, p;
  if (!names) return v1e_fail(err, V1E_E_UNSUPPORTED, "", "the network has no populations");
  if (settings->values[BEGIN].as.f >= duration_ms) {
    return v1e_fail(err, V1E_E_INVALID, "begin", "the trial is over by then");
  }
  self = calloc(1, sizeof *self);
  if (!self) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  self->populations = calloc(n, sizeof *self->populations);
  self->of_neuron = calloc(n, sizeof *self->of_neuron);
  self->sizes = calloc(n, sizeof *self->sizes);
  self->rates = calloc(n, sizeof *self->rates);
  if (!self->populations || !self->of_neuron || !self->sizes || !self->rates) {
    destroy(self);
    return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  }
  self->begin_ms = settings->values[BEGIN].as.f;
  self->seconds = dataset->trial_count * (duration_ms - self->begin_ms) / 1000.0;
  for (i = 0; i < n; ++i) {
    for (p = 0; p < self->population_count; ++p) {
      if (strcmp(self->populations[p], names[i]) == 0) break;
    }
    if (p == self->population_count) self->populations[self->population_count++] = names[i];
    self->of_neuron[i] = (uint32_t)p;
    self->sizes[p] += 1.0;
  }
  *out = self;
  return V1E_OK;
}

/* What pass 0 reads: the spikes of all trials. There is no second pass. */
static v1e_status plan(v1e_analysis* self, uint32_t pass, const v1e_request_sink* sink,
                       v1e_error* err) {
  v1e_request request = {.struct_size = sizeof request,
                         .source = V1E_SRC_SPIKES,
                         .layout = V1E_LAYOUT_EVENTS,
                         .stripes = V1E_STRIPE_TRIALS,
                         .begin_ms = self->begin_ms};
  uint32_t index;
  return pass == 0 ? sink->add(sink->ctx, &request, &index, err) : V1E_OK;
}

static void partial_destroy(v1e_partial* partial) {
  if (partial) free(partial->spikes);
  free(partial);
}

static v1e_status partial_create(v1e_analysis* self, uint32_t pass, v1e_partial** out,
                                 v1e_error* err) {
  v1e_partial* partial = calloc(1, sizeof *partial);
  (void)pass;
  if (partial) partial->spikes = calloc(self->population_count, sizeof(double));
  if (!partial || !partial->spikes) {
    partial_destroy(partial);
    return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  }
  partial->count = self->population_count;
  *out = partial;
  return V1E_OK;
}

static v1e_status consume(const v1e_analysis* self, v1e_partial* into, const v1e_chunk* chunk,
                          v1e_error* err) {
  uint64_t e;
  (void)err;
  for (e = 0; e < chunk->event_count; ++e) {
    into->spikes[self->of_neuron[chunk->event_neuron[e]]] += 1.0;
  }
  return V1E_OK;
}

static v1e_status partial_merge(v1e_analysis* self, v1e_partial* into, const v1e_partial* from,
                                v1e_error* err) {
  size_t p;
  (void)self, (void)err;
  for (p = 0; p < into->count; ++p) into->spikes[p] += from->spikes[p];
  return V1E_OK;
}

static v1e_status end_pass(v1e_analysis* self, uint32_t pass, v1e_partial* merged, v1e_error* err) {
  size_t p;
  (void)pass, (void)err;
  for (p = 0; p < merged->count; ++p) {
    self->rates[p] = merged->spikes[p] / self->sizes[p] / self->seconds;
  }
  return V1E_OK;
}

static v1e_status finish(v1e_analysis* self, const v1e_output* output, v1e_error* err) {
  static const char figure[] =
      "format = 'v1e-figure/1'\n"
      "title = 'Firing rates'\n"
      "[[panel]]\n"
      "x_axis = { label = 'Population', angle = 60 }\n"
      "y_axis = { label = 'Rate', unit = 'Hz', min = 0.0 }\n"
      "[[panel.marks]]\n"
      "mark = 'bar'\ntable = 'rates'\nx = 'population'\ny = 'rate'\nlegend = false\n";
  const int64_t n = (int64_t)self->population_count;
  const v1e_column name = {.struct_size = sizeof name,
                           .name = "population",
                           .unit = "1",
                           .values = {self->populations, V1E_STR, 1, {n}, {sizeof(char*)}}};
  const v1e_column rate = {.struct_size = sizeof rate,
                           .name = "rate",
                           .unit = "Hz",
                           .values = {self->rates, V1E_F64, 1, {n}, {sizeof(double)}}};
  const v1e_column* const columns[] = {&name, &rate};
  const v1e_status status =
      output->table(output->ctx, "rates", "Mean firing rate of every population", 2, columns, err);
  return status == V1E_OK ? output->figure(output->ctx, "rates", figure, err) : status;
}

/* ---- what the engine sees ---- */

static const v1e_analysis_api api = {.struct_size = sizeof(v1e_analysis_api),
                                     .flags = V1E_ANALYSIS_PARALLEL,
                                     .create = create,
                                     .destroy = destroy,
                                     .plan = plan,
                                     .partial_create = partial_create,
                                     .consume = consume,
                                     .partial_merge = partial_merge,
                                     .partial_destroy = partial_destroy,
                                     .end_pass = end_pass,
                                     .finish = finish};
V1E_C_MODULE("org.example.my_plugin", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_ANALYSIS,
             .param_count = PARAM_COUNT, .name = "my_plugin", .version = "1.0.0",
             .summary = "Mean firing rate of every population", .params = params, .api = &api)
