list(APPEND V1_NETWORK_SOURCES
  sonata/allen_glif.cpp
  sonata/cell_parameters.cpp
  sonata/circuit.cpp
  sonata/config.cpp
  sonata/edge_builder.cpp
  sonata/edge_reader.cpp
  sonata/edge_types.cpp
  sonata/datasets.cpp
  sonata/json.cpp
  sonata/lzf_filter.cpp
  sonata/node_population.cpp
  sonata/node_set.cpp
  sonata/node_types.cpp
  sonata/row_groups.cpp
  sonata/simulation_config.cpp
  sonata/spike_trains.cpp
  sonata/types_table.cpp)
list(APPEND V1_NETWORK_SOURCES
  sonata_write/cell_file.cpp
  sonata_write/circuit_layout.cpp
  sonata_write/edge_files.cpp
  sonata_write/node_files.cpp
  sonata_write/write_circuit.cpp)
