/* A backend in plain C: scheme "exact" in float32, one thread, one array per state variable.
 * Every operation is in the order of kernels/glif_step.hpp, so its spikes are bit for bit those of
 * every exact backend. No probes, pulses or checkpoints: see the reference backend for them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <v1e_sdk/plugin.h>

#include "events.h"

/* One copy of the network and what its last two windows produced. */
typedef struct {
  float *u, *asc0, *asc1; /* [neuron] */
  float *y1, *y2;         /* [psc][neuron] */
  int32_t* refractory;    /* [neuron] steps left */
  int64_t* ring;          /* [slot][receptor][neuron] sums of input */
  uint32_t cursor, trial, condition;
  int in_trial;
  int64_t step;
  int64_t output_begin[2];
  int64_t output_steps[2];
  events* output[2]; /* [block_count + 1]: blocks, then the neurons */
  events* handed;    /* [block_count] for the next window */
  int64_t* handed_steps;
} lane;

struct v1e_backend {
  const v1e_network* network;
  const v1e_host* host;
  const v1e_rng* rng;
  uint64_t key;
  uint32_t lane_count, receptors, slots, psc_count, rates_count;
  int64_t steps_per_trial, max_steps;
  v1e_rates* rates; /* [condition][block] */
  lane* lanes;
  v1e_ticket ticket;
};

/* ---- life cycle ---- */

static v1e_status devices(uint32_t* count, v1e_error* err) {
  (void)err;
  *count = 1;
  return V1E_OK;
}

static v1e_status device(uint32_t index, v1e_device* out, v1e_error* err) {
  if (index != 0) return v1e_fail(err, V1E_E_INVALID, "", "there is only device 0");
  out->index = 0;
  out->name = "one thread";
  out->kind = "cpu";
  out->caps = V1E_CAP_EXACT;
  out->details = "";
  return V1E_OK;
}

static v1e_status estimate(const v1e_settings* settings, const v1e_backend_env* env,
                           v1e_memory_need* out, v1e_error* err) {
  const v1e_network* network = env->network;
  (void)settings, (void)err;
  out->host_bytes = (uint64_t)env->lane_count * (uint64_t)network->neuron_count *
                    (8u * (network->max_delay_steps + 1) * network->receptor_count + 128);
  out->host_peak_bytes = out->host_bytes;
  return V1E_OK;
}

static void destroy(v1e_backend* self) {
  uint32_t l, b, k;
  if (!self) return;
  for (l = 0; self->lanes && l < self->lane_count; ++l) {
    lane* at = &self->lanes[l];
    for (k = 0; k < 2; ++k) {
      for (b = 0; at->output[k] && b <= self->network->block_count; ++b) {
        free_events(&at->output[k][b]);
      }
      free(at->output[k]);
    }
    for (b = 0; at->handed && b < self->network->block_count; ++b) free_events(&at->handed[b]);
    free(at->handed);
    free(at->handed_steps);
    free(at->u);
    free(at->asc0);
    free(at->asc1);
    free(at->y1);
    free(at->y2);
    free(at->refractory);
    free(at->ring);
  }
  free(self->lanes);
  free(self->rates);
  free(self);
}

static void reset(const v1e_backend* self, lane* at) {
  const size_t n = (size_t)self->network->neuron_count;
  size_t i;
  for (i = 0; i < n; ++i) {
    at->u[i] = (float)self->network->types[self->network->neuron_type[i]]->initial_mv;
  }
  memset(at->asc0, 0, n * sizeof(float));
  memset(at->asc1, 0, n * sizeof(float));
  memset(at->y1, 0, self->psc_count * n * sizeof(float));
  memset(at->y2, 0, self->psc_count * n * sizeof(float));
  memset(at->refractory, 0, n * sizeof(int32_t));
  memset(at->ring, 0, (size_t)self->slots * self->receptors * n * sizeof(int64_t));
  at->cursor = 0;
}

static int make_lane(v1e_backend* self, lane* at) {
  const size_t n = (size_t)self->network->neuron_count,
               pscs = self->psc_count ? self->psc_count : 1;
  const size_t blocks = self->network->block_count + 1u;
  size_t b;
  int k, ok = 1;
  at->u = calloc(n, sizeof(float));
  at->asc0 = calloc(n, sizeof(float));
  at->asc1 = calloc(n, sizeof(float));
  at->y1 = calloc(pscs * n, sizeof(float));
  at->y2 = calloc(pscs * n, sizeof(float));
  at->refractory = calloc(n, sizeof(int32_t));
  at->ring = calloc((size_t)self->slots * self->receptors * n, sizeof(int64_t));
  at->handed = calloc(blocks, sizeof(events));
  at->handed_steps = calloc(blocks, sizeof(int64_t));
  for (k = 0; k < 2; ++k) {
    at->output[k] = calloc(blocks, sizeof(events));
    for (b = 0; at->output[k] && b < blocks; ++b) {
      at->output[k][b].offset = calloc((size_t)self->max_steps + 1, sizeof(uint64_t));
      ok = ok && at->output[k][b].offset;
    }
    ok = ok && at->output[k];
  }
  if (!ok || !at->u || !at->asc0 || !at->asc1 || !at->y1 || !at->y2 || !at->refractory ||
      !at->ring || !at->handed || !at->handed_steps) {
    return 0;
  }
  reset(self, at);
  return 1;
}

static v1e_status create(const v1e_settings* settings, const v1e_backend_env* env,
                         v1e_backend** out, v1e_error* err) {
  v1e_backend* self;
  uint32_t t, l;
  (void)settings;
  if (env->device != 0 || env->scheme != V1E_SCHEME_EXACT || env->precision_bits != 32 ||
      env->probe_count != 0) {
    return v1e_fail(err, V1E_E_UNSUPPORTED, "",
                    "serves device 0, scheme exact in float32 and records no variables");
  }
  self = calloc(1, sizeof *self);
  if (!self) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  self->network = env->network;
  self->host = env->host;
  self->rng = env->host->get_service(env->host->ctx, V1E_SERVICE_RNG);
  self->key = env->random_key;
  self->lane_count = env->lane_count;
  self->receptors = env->network->receptor_count ? env->network->receptor_count : 1;
  self->slots = env->network->max_delay_steps + 1;
  self->steps_per_trial = env->steps_per_trial;
  self->max_steps = env->max_advance_steps;
  for (t = 0; t < env->network->type_count; ++t) {
    if (env->network->types[t]->psc_count > self->psc_count) {
      self->psc_count = env->network->types[t]->psc_count;
    }
  }
  self->lanes = calloc(self->lane_count, sizeof(lane));
  for (l = 0; self->lanes && l < self->lane_count; ++l) {
    if (!make_lane(self, &self->lanes[l])) break;
  }
  if (!self->rng || !self->lanes || l < self->lane_count) {
    const int no_rng = !self->rng;
    destroy(self);
    return no_rng ? v1e_fail(err, V1E_E_UNSUPPORTED, "", "needs the service " V1E_SERVICE_RNG)
                  : v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  }
  *out = self;
  return V1E_OK;
}

/* ---- inputs ---- */

static v1e_status bind_rates(v1e_backend* self, uint32_t block, uint32_t condition,
                             const v1e_rates* rates, v1e_error* err) {
  const uint32_t blocks = self->network->block_count;
  if (block >= blocks || rates->source_count != self->network->blocks[block]->source_count) {
    return v1e_fail(err, V1E_E_INVALID, "", "these rates do not fit the block");
  }
  if (condition >= self->rates_count) {
    v1e_rates* grown = realloc(self->rates, (condition + 1u) * blocks * sizeof *grown);
    if (!grown) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
    memset(grown + self->rates_count * blocks, 0,
           (condition + 1u - self->rates_count) * blocks * sizeof *grown);
    self->rates = grown;
    self->rates_count = condition + 1u;
  }
  self->rates[condition * blocks + block] = *rates;
  return V1E_OK;
}

static v1e_status inject_spikes(v1e_backend* self, const v1e_spikes* spikes, v1e_error* err) {
  lane* at = &self->lanes[spikes->lane];
  events* handed = &at->handed[spikes->block];
  const int64_t lead = spikes->step_begin - at->step;
  uint64_t e;
  int64_t k;
  if (lead < 0) return v1e_fail(err, V1E_E_INVALID, "", "events were handed over for a past step");
  free(handed->offset);
  handed->offset = calloc((size_t)(lead + spikes->step_count) + 1, sizeof(uint64_t));
  if (!handed->offset) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  handed->size = 0;
  for (k = 0; k < spikes->step_count; ++k) {
    for (e = spikes->offset[k]; e < spikes->offset[k + 1]; ++e) {
      const uint16_t count = spikes->count ? spikes->count[e] : (uint16_t)1;
      if (!push(handed, spikes->neuron[e], count)) {
        return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
      }
    }
    handed->offset[lead + k + 1] = handed->size;
  }
  at->handed_steps[spikes->block] = lead + spikes->step_count;
  return V1E_OK;
}

/* The random word of one item in draw number `draw`: the same on every machine. */
static uint32_t random_word(const v1e_backend* self, uint32_t stream, uint32_t item, uint32_t trial,
                            int64_t draw) {
  uint32_t words[4];
  self->rng->words(self->host->ctx, self->key, stream, item, trial, (uint32_t)(draw >> 2), words);
  return words[draw & 3];
}

/* Appends the events of an input block in this step, the k-th of the window. */
static int draw_events(const v1e_backend* self, const lane* at, uint32_t b, int64_t k,
                       events* out) {
  const v1e_edge_block* block = self->network->blocks[b];
  const uint32_t n = (uint32_t)block->source_count;
  uint32_t s, t;
  uint64_t e;
  if (block->source_kind == V1E_SOURCE_RATES) {
    const v1e_rates* rates = &self->rates[at->condition * self->network->block_count + b];
    const uint32_t* threshold =
        rates->threshold + at->step / rates->steps_per_frame * rates->source_count;
    for (s = 0; s < n; ++s) {
      const uint32_t word =
          random_word(self, block->random_stream, block->source_id[s], at->trial, at->step);
      const int fires = word < threshold[s] || threshold[s] == 0xFFFFFFFFu;
      if (fires && !push(out, s, 1)) return 0;
    }
  } else if (block->source_kind == V1E_SOURCE_COUNTS) {
    if (at->step % block->draw_every_steps != 0) return 1;
    for (s = 0; s < n; ++s) {
      const uint32_t word = random_word(self, block->random_stream, block->source_id[s], at->trial,
                                        at->step / block->draw_every_steps);
      uint16_t count = 0;
      for (t = 0; t < block->count_threshold_count; ++t)
        count += word >= block->count_thresholds[t];
      if (count > 0 && !push(out, s, count)) return 0;
    }
  } else if (k < at->handed_steps[b]) {
    const events* handed = &at->handed[b];
    for (e = handed->offset[k]; e < handed->offset[k + 1]; ++e) {
      if (!push(out, handed->source[e], handed->count[e])) return 0;
    }
  }
  return 1;
}

/* Adds the synapses of a source to the input sums of the steps to come. */
static v1e_status deliver(v1e_backend* self, lane* at, uint32_t b, uint32_t source, uint16_t count,
                          v1e_error* err) {
  const v1e_network* network = self->network;
  const size_t n = (size_t)network->neuron_count;
  v1e_rows rows = {.struct_size = sizeof rows};
  const v1e_status status = network->rows(network->ctx, b, source, 1, &rows, err);
  int64_t e;
  if (status != V1E_OK) return status;
  for (e = rows.row_ptr[source - rows.row_begin]; e < rows.row_ptr[source - rows.row_begin + 1];
       ++e) {
    const uint32_t target = rows.address[e] & ((1u << network->target_bits) - 1u);
    const v1e_synapse_kind kind = network->synapse_kinds[rows.address[e] >> network->target_bits];
    const uint32_t slot = (at->cursor + kind.delay_steps) % self->slots;
    at->ring[((size_t)slot * self->receptors + kind.receptor) * n + target] +=
        (int64_t)rows.weight[e] * count;
  }
  return V1E_OK;
}

/* ---- the step ---- */

/* A decaying quantity below 2^-100 is exactly 0. */
static float settle(float x) {
  const float limit = 0x1p-100f;
  return x < limit && x > -limit ? 0.0f : x;
}

/* Returns 1 when neuron i spikes. */
static int step_neuron(v1e_backend* self, lane* at, size_t i) {
  const v1e_network* network = self->network;
  const v1e_neuron_type* c = network->types[network->neuron_type[i]];
  const size_t n = (size_t)network->neuron_count;
  int64_t* input = at->ring + (size_t)at->cursor * self->receptors * n + i;
  float threshold = (float)c->threshold_mv, drive = 0.0f, asc_mean, current, next_u, asc0, asc1;
  const uint32_t* receptor = c->psc_receptor;
  uint32_t p, r;
  int above;
  if (c->flags & V1E_TYPE_SPIKES_AT_THRESHOLD) threshold = nextafterf(threshold, -INFINITY);
  for (p = 0; p < c->psc_count; ++p) {
    float *y1 = &at->y1[p * n + i], *y2 = &at->y2[p * n + i];
    const float old_y1 = *y1, decay = (float)c->psc_decay_m1[p];
    const float increment =
        (float)ldexp(c->psc_increment[p], -network->weight_exponent[receptor[p]]);
    drive = fmaf((float)c->gain_y2[p], *y2, fmaf((float)c->gain_y1[p], *y1, drive));
    *y2 = settle(fmaf((float)c->psc_step[p], old_y1, fmaf(decay, *y2, *y2)));
    *y1 = settle(fmaf(increment, (float)input[receptor[p] * n], fmaf(decay, old_y1, old_y1)));
  }
  if (c->delta_gain != 0.0) {
    drive = (float)ldexp(c->delta_gain, -network->weight_exponent[0]) * (float)input[0];
  }
  for (r = 0; r < self->receptors; ++r) input[r * n] = 0;

  asc_mean = fmaf((float)c->asc_mean[1], at->asc1[i], (float)c->asc_mean[0] * at->asc0[i]);
  current = (float)c->constant_current_pa + asc_mean;
  next_u =
      fmaf((float)c->current_gain, current, fmaf((float)c->membrane_decay_m1, at->u[i], at->u[i])) +
      drive;
  if (at->refractory[i] != 0) {
    --at->refractory[i];
    return 0;
  }
  asc0 = settle(fmaf((float)c->asc_decay_m1[0], at->asc0[i], at->asc0[i]));
  asc1 = settle(fmaf((float)c->asc_decay_m1[1], at->asc1[i], at->asc1[i]));
  above = next_u > threshold;
  if (above) {
    asc0 = fmaf((float)c->asc_carry[0], asc0, (float)c->asc_amplitude_pa[0]);
    asc1 = fmaf((float)c->asc_carry[1], asc1, (float)c->asc_amplitude_pa[1]);
    at->refractory[i] = c->refractory_steps;
  }
  at->u[i] = above ? (float)c->reset_mv : settle(next_u);
  at->asc0[i] = asc0;
  at->asc1[i] = asc1;
  return above;
}

/* Step k of the window: inputs, neurons, recurrent spikes. */
static v1e_status step(v1e_backend* self, lane* at, events* output, int64_t k, v1e_error* err) {
  const uint32_t blocks = self->network->block_count;
  const size_t n = (size_t)self->network->neuron_count;
  events* spikes = &output[blocks];
  const uint64_t first = spikes->size;
  v1e_status status = V1E_OK;
  uint32_t b;
  uint64_t e;
  size_t i;
  for (b = 0; b < blocks && status == V1E_OK; ++b) {
    if (self->network->blocks[b]->source_kind == V1E_SOURCE_NEURONS) continue;
    if (!draw_events(self, at, b, k, &output[b]))
      return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
    output[b].offset[k + 1] = output[b].size;
    for (e = output[b].offset[k]; e < output[b].size && status == V1E_OK; ++e) {
      status = deliver(self, at, b, output[b].source[e], output[b].count[e], err);
    }
  }
  for (i = 0; i < n; ++i) {
    if (step_neuron(self, at, i) && !push(spikes, (uint32_t)i, 1)) {
      return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
    }
    if (!isfinite(at->u[i]))
      return v1e_fail(err, V1E_E_NUMERIC, "", "a potential is no longer finite");
  }
  spikes->offset[k + 1] = spikes->size;
  for (b = 0; b < blocks; ++b) {
    if (self->network->blocks[b]->source_kind != V1E_SOURCE_NEURONS) continue;
    for (e = first; e < spikes->size && status == V1E_OK; ++e) {
      status = deliver(self, at, b, spikes->source[e], 1, err);
    }
  }
  at->cursor = (at->cursor + 1) % self->slots;
  ++at->step;
  return status;
}

static v1e_status begin_trial(v1e_backend* self, uint32_t index, uint32_t trial, uint32_t condition,
                              uint32_t mode, v1e_error* err) {
  lane* at;
  uint32_t b;
  if (index >= self->lane_count) return v1e_fail(err, V1E_E_INVALID, "", "there is no such lane");
  for (b = 0; b < self->network->block_count; ++b) {
    const int rates = self->network->blocks[b]->source_kind == V1E_SOURCE_RATES;
    const size_t entry = (size_t)condition * self->network->block_count + b;
    if (rates && (condition >= self->rates_count || !self->rates[entry].threshold)) {
      return v1e_fail(err, V1E_E_STATE, "", "call bind_rates before begin_trial");
    }
  }
  at = &self->lanes[index];
  if (mode == V1E_TRIAL_RESET) reset(self, at);
  at->in_trial = 1;
  at->trial = trial;
  at->condition = condition;
  at->step = 0;
  return V1E_OK;
}

static v1e_status advance(v1e_backend* self, int64_t steps, v1e_ticket* ticket, v1e_error* err) {
  const uint32_t blocks = self->network->block_count;
  uint32_t l, b;
  int64_t k;
  if (steps < 1 || steps > self->max_steps) {
    return v1e_fail(err, V1E_E_INVALID, "", "a window of more steps than announced, or of none");
  }
  ++self->ticket;
  for (l = 0; l < self->lane_count; ++l) {
    lane* at = &self->lanes[l];
    const int parity = (int)(self->ticket & 1);
    events* output = at->output[parity];
    at->output_begin[parity] = at->step;
    at->output_steps[parity] = at->in_trial ? steps : 0;
    for (b = 0; b <= blocks; ++b) output[b].size = 0;
    for (k = 0; at->in_trial && k < steps; ++k) {
      const v1e_status status = step(self, at, output, k, err);
      if (status != V1E_OK) return status;
    }
    for (b = 0; b < blocks; ++b) at->handed_steps[b] = 0;
    if (at->step >= self->steps_per_trial) at->in_trial = 0;
  }
  *ticket = self->ticket;
  return V1E_OK;
}

static v1e_status wait_for(v1e_backend* self, v1e_ticket ticket, v1e_error* err) {
  if (ticket == 0 || ticket > self->ticket) return v1e_fail(err, V1E_E_STATE, "", "no such window");
  return V1E_OK;
}

static v1e_status drain_spikes(v1e_backend* self, v1e_ticket ticket, v1e_spikes* out,
                               v1e_error* err) {
  const uint32_t blocks = self->network->block_count;
  uint32_t entry = blocks;
  const lane* at;
  const events* list;
  if (ticket == 0 || ticket > self->ticket || ticket + 1 < self->ticket) {
    return v1e_fail(err, V1E_E_STATE, "", "this window is not at hand");
  }
  if (out->block < blocks && self->network->blocks[out->block]->source_kind != V1E_SOURCE_NEURONS) {
    entry = out->block;
  }
  at = &self->lanes[out->lane];
  list = &at->output[ticket & 1][entry];
  out->step_begin = at->output_begin[ticket & 1];
  out->step_count = at->output_steps[ticket & 1];
  out->offset = list->offset;
  out->neuron = list->source;
  out->count = list->count;
  return V1E_OK;
}

/* ---- what the engine sees ---- */

static const v1e_backend_api api = {.struct_size = sizeof(v1e_backend_api),
                                    .caps = V1E_CAP_EXACT,
                                    .devices = devices,
                                    .device = device,
                                    .estimate = estimate,
                                    .create = create,
                                    .destroy = destroy,
                                    .bind_rates = bind_rates,
                                    .begin_trial = begin_trial,
                                    .inject_spikes = inject_spikes,
                                    .advance = advance,
                                    .wait = wait_for,
                                    .drain_spikes = drain_spikes};
V1E_C_MODULE("org.example.my_plugin", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_BACKEND,
             .name = "my_plugin", .version = "1.0.0", .summary = "Small backend in C, one thread",
             .api = &api)
