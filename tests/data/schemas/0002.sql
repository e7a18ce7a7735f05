PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE nas_alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "nas_alembic_version" VALUES('0002');
CREATE TABLE nas_architectures (
	id VARCHAR NOT NULL, 
	network JSON NOT NULL, 
	flops INTEGER NOT NULL, 
	params INTEGER NOT NULL, 
	weight_bytes INTEGER NOT NULL, 
	peak_activation_bytes INTEGER NOT NULL, 
	receptive_field_px INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "nas_architectures" VALUES('5044367c0a3b73a6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 3, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 3}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 12}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 12}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',387312,1000,4000,110592,5);
INSERT INTO "nas_architectures" VALUES('da9fb0b153db051c','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',90192,258,1032,40960,3);
INSERT INTO "nas_architectures" VALUES('ea2074c629d8a840','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 24, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',1548528,5746,22984,122880,5);
INSERT INTO "nas_architectures" VALUES('dc370d650a586e37','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 1, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 1}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 4}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 4}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',92240,244,976,36864,5);
INSERT INTO "nas_architectures" VALUES('3a3079a05e4a4e77','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 16, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',213152,634,2536,81920,3);
INSERT INTO "nas_architectures" VALUES('0cc1d03f7ea481d6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',221264,770,3080,40960,5);
INSERT INTO "nas_architectures" VALUES('f07854c42a0b7676','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 2, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 2}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 2, "out_channels": 8, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 8}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 2, "out_channels": 8, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 8}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',221344,574,2296,73728,5);
INSERT INTO "nas_architectures" VALUES('4d0b18d07e36fdea','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 24, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',368880,1138,4552,122880,3);
CREATE TABLE nas_checkpoints (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	uri VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	bytes INTEGER NOT NULL, 
	written_at DATETIME NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_epochs (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE NOT NULL, 
	train_loss DOUBLE, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, epochs), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO "nas_epochs" VALUES(2,1,0.094,2.34119200706481933593e+00,0.219727611001872);
INSERT INTO "nas_epochs" VALUES(2,2,0.115,2.29340291023254394531e+00,1.49748523999733151867e-01);
INSERT INTO "nas_epochs" VALUES(1,1,0.085,2.31314492225646972656e+00,5.60752784000214887782e-01);
INSERT INTO "nas_epochs" VALUES(2,3,0.114,2.28931117057800292968e+00,2.78609368000616086646e-01);
INSERT INTO "nas_epochs" VALUES(4,1,0.094,2.34735393524169921875e+00,3.06406948999210726469e-01);
INSERT INTO "nas_epochs" VALUES(3,1,0.085,2.3351230621337890625e+00,3.6932443399928160943e-01);
INSERT INTO "nas_epochs" VALUES(6,1,0.085,2.32579112052917480468e+00,2.41027476000454043969e-01);
CREATE TABLE nas_events (
	id INTEGER NOT NULL, 
	study_id INTEGER, 
	at DATETIME NOT NULL, 
	kind VARCHAR NOT NULL, 
	trial_number INTEGER, 
	text VARCHAR NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO "nas_events" VALUES(1,1,'2026-11-22 04:52:59.520457','launched',NULL,'launched with 8 trials','{}');
INSERT INTO "nas_events" VALUES(2,1,'2026-11-22 04:53:19.212206','ended',NULL,'interrupted: stopped by hand','{}');
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO "nas_executions" VALUES(1,'{"device_name": "AMD EPYC", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 1.4407501220704833, "bfloat16": 1.45438766479522, "cast": 0.11182403564390553}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.5981420000003013, 0.6454429999998013, 0.5379830000000752], "bfloat16": [0.3065270000002229, 0.2827920000001427, 0.44240999999978214]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.24593700000075103, 0.9923409999998967, 0.30035800000050017], "bfloat16": [0.24141000000010848, 0.6230200000008068, 0.21733399999934733]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.7160399999998077, 1.661469000000082, 2.0127329999999333], "bfloat16": [0.9078640000002025, 0.9192710000007764, 1.2203010000000347]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.432988000000357, 1.9070860000001133, 1.1844070000002205], "bfloat16": [0.7185320000004936, 1.2805309999999182, 0.9281950000001871]}}, "autocast": false, "cuda_graphs": false}','2026-11-22 04:52:59.750278');
CREATE TABLE nas_exports (
	id INTEGER NOT NULL, 
	study_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	exported_at DATETIME NOT NULL, 
	format VARCHAR NOT NULL, 
	file_name VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	proof JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_front_latencies (
	trial_id INTEGER NOT NULL, 
	setting VARCHAR NOT NULL, 
	predicted_ms DOUBLE NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
CREATE TABLE nas_latency_blocks (
	block VARCHAR NOT NULL, 
	setting VARCHAR NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	spread_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	reference_ms DOUBLE NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (block, setting), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO "nas_latency_blocks" VALUES('66cb7ffd26ccf714','08096cb16ab28926',0.0345565022144001,3.43319989042356610298e-02,3.49119982274714857339e-02,1.05300205177627503871e-03,48,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.239673');
INSERT INTO "nas_latency_blocks" VALUES('4e056176bbd9d4f4','08096cb16ab28926',6.89230000716634094715e-02,6.84019978507421910762e-02,6.9723999331472441554e-02,3.70599809684790670871e-03,141,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.240489');
INSERT INTO "nas_latency_blocks" VALUES('d382a86ebaa57433','08096cb16ab28926',3.48819994542282074689e-02,3.46409979101736098527e-02,3.52330025634728372097e-02,2.51399978878907859325e-03,60,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.240983');
INSERT INTO "nas_latency_blocks" VALUES('d0c3eaac3bf41baa','08096cb16ab28926',2.08110013772966340184e-02,2.07109987968578934669e-02,2.09409990929998457431e-02,6.00997736910358071327e-04,50,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.241383');
INSERT INTO "nas_latency_blocks" VALUES('6f6b15a634ae9735','08096cb16ab28926',1.47319988172966986894e-02,1.46720012708101421594e-02,1.48519975482486188411e-02,5.10000973008573055267e-04,37,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.241734');
INSERT INTO "nas_latency_blocks" VALUES('6c4af05f774ade97','08096cb16ab28926',1.19279975479003041982e-02,1.18179996206890791654e-02,1.20379991130903363227e-02,2.60399974649772047996e-03,413,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.242071');
INSERT INTO "nas_latency_blocks" VALUES('00b4c92555d8a80d','08096cb16ab28926',6.392499926732853055e-02,6.36949989711865782737e-02,6.45469990558922290802e-02,1.77199763129465281963e-03,37,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.242522');
INSERT INTO "nas_latency_blocks" VALUES('57542946b4973e7e','08096cb16ab28926',1.73959997482597827911e-02,1.72649997693952172994e-02,1.75860004674177616834e-02,5.70998963667079806327e-04,68,2.7010002668248489499e-02,0,'2026-11-22 04:52:59.242821');
INSERT INTO "nas_latency_blocks" VALUES('dc851cc05fb33a6a','08096cb16ab28926',1.24780017358716577291e-02,1.24180005514062941074e-02,1.26380000438075512647e-02,1.57300382852554321289e-03,148,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.243086');
INSERT INTO "nas_latency_blocks" VALUES('503fc85381f2b4c2','08096cb16ab28926',9.1327001427998766303e-02,9.03649997781030833721e-02,9.18469995667692273855e-02,3.94499875255860388278e-03,38,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.243464');
INSERT INTO "nas_latency_blocks" VALUES('f8d858c03123f176','08096cb16ab28926',1.73210009961621835827e-02,1.72049985849298536777e-02,1.74960005097091197967e-02,2.60002707364037632942e-04,32,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.243726');
INSERT INTO "nas_latency_blocks" VALUES('e2ff5862c816c32c','08096cb16ab28926',1.21534994832472875714e-02,1.20880031317938119173e-02,1.23079989862162619829e-02,2.20299989450722932815e-03,160,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.243972');
INSERT INTO "nas_latency_blocks" VALUES('03191367eea97348','08096cb16ab28926',4.61889976577367633581e-02,4.59389993920922279357e-02,0.0466900019091554,1.72200452652759850025e-03,38,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.244219');
INSERT INTO "nas_latency_blocks" VALUES('cc397806b5c641bc','08096cb16ab28926',4.00199987780069932341e-02,3.95789975300431251525e-02,4.01799989049322903156e-02,1.0310031939297914505e-03,49,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.244460');
INSERT INTO "nas_latency_blocks" VALUES('9fa1b922b77c6fa8','08096cb16ab28926',1.35810005303937941789e-02,1.3529999705497175455e-02,1.38010000227950513362e-02,3.09999450109899044036e-04,38,2.71304998022969812154e-02,0,'2026-11-22 04:52:59.244712');
CREATE TABLE nas_latency_fits (
	setting VARCHAR NOT NULL, 
	space VARCHAR NOT NULL, 
	fit VARCHAR NOT NULL, 
	error DOUBLE NOT NULL, 
	num_fitted INTEGER NOT NULL, 
	fitted_at DATETIME NOT NULL, 
	PRIMARY KEY (setting, space, fit), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO "nas_latency_fits" VALUES('08096cb16ab28926','17953e009a3eac95','networks',2.02362383001038065311e-02,9,'2026-11-22 04:52:59.503339');
CREATE TABLE nas_latency_networks (
	network VARCHAR NOT NULL, 
	blocks JSON NOT NULL, 
	setting VARCHAR NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	spread_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	reference_ms DOUBLE NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (network, setting), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO "nas_latency_networks" VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','08096cb16ab28926',8.32145015010610222816e-02,8.2342998211970552802e-02,8.37250008771661669015e-02,1.81299765245057642459e-03,40,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.498607');
INSERT INTO "nas_latency_networks" VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','08096cb16ab28926',4.91630016767885535955e-02,4.88730001961812376976e-02,0.0496239990752656,8.82002495927736163139e-04,46,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.499497');
INSERT INTO "nas_latency_networks" VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','08096cb16ab28926',4.09259992011357098817e-02,4.05410028179176151752e-02,4.13009984185919165611e-02,1.82300209417007863521e-03,162,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.499942');
INSERT INTO "nas_latency_networks" VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','08096cb16ab28926',6.19019992882385849952e-02,6.13119991612620651721e-02,6.25030006631277501583e-02,1.78299524122849106788e-03,61,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.500283');
INSERT INTO "nas_latency_networks" VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','08096cb16ab28926',7.14819998393068090081e-02,7.10060012352187186479e-02,7.22879995009861886501e-02,1.66199970408342778682e-03,48,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.500581');
INSERT INTO "nas_latency_networks" VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','08096cb16ab28926',1.10499999209423549473e-01,1.09303000499494373798e-01,1.11056000605458393692e-01,8.00200359662994742393e-03,107,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.500859');
INSERT INTO "nas_latency_networks" VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','08096cb16ab28926',6.40050020592752844095e-02,6.34639982308726757764e-02,6.45569998596329241991e-02,1.4420002116821706295e-03,55,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.501123');
INSERT INTO "nas_latency_networks" VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','08096cb16ab28926',9.81369994406122714281e-02,9.70850014709867537021e-02,9.89770014712121337652e-02,2.19299909076653420925e-03,52,2.70900018222164362668e-02,0,'2026-11-22 04:52:59.501376');
INSERT INTO "nas_latency_networks" VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','08096cb16ab28926',1.26718497995170764625e-01,1.25147002108860760927e-01,1.27190000057453289628e-01,4.4259977585170418024e-03,105,2.7135498385177925229e-02,0,'2026-11-22 04:52:59.501636');
CREATE TABLE nas_latency_settings (
	setting VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	backend VARCHAR NOT NULL, 
	dtype VARCHAR NOT NULL, 
	batch_size INTEGER NOT NULL, 
	num_threads INTEGER NOT NULL, 
	memory_format VARCHAR NOT NULL, 
	device_name VARCHAR NOT NULL, 
	versions VARCHAR NOT NULL, 
	PRIMARY KEY (setting)
);
INSERT INTO "nas_latency_settings" VALUES('08096cb16ab28926','cpu','eager','float32',1,1,'contiguous','AMD EPYC','torch 2.13.0+cpu, python 3.11.7');
CREATE TABLE nas_layer_diagnostics (
	trial_id INTEGER NOT NULL, 
	layer VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	num_channels INTEGER NOT NULL, 
	dead_share DOUBLE NOT NULL, 
	mean_correlation DOUBLE, 
	effective_rank DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, layer), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stem.conv',0,8,0.0,3.40823322534561157226e-01,6.54804362710125342772e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stage1.0.conv',1,8,0.0,3.46897214651107788085e-01,6.28146318112732338079e+00);
CREATE TABLE nas_runners (
	study_id INTEGER NOT NULL, 
	token VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	pid INTEGER NOT NULL, 
	user_name VARCHAR NOT NULL, 
	acquired_at DATETIME NOT NULL, 
	heartbeat_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	stop_requested_at DATETIME, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
CREATE TABLE nas_studies (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	identity VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	experiment_file VARCHAR NOT NULL, 
	experiment JSON NOT NULL, 
	dataset VARCHAR NOT NULL, 
	dataset_fingerprint VARCHAR NOT NULL, 
	in_shape JSON NOT NULL, 
	num_classes INTEGER NOT NULL, 
	versions JSON NOT NULL, 
	hardware JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "nas_studies" VALUES(1,'small','INTERRUPTED','2026-11-22 04:52:59.513691','5f5b6bfadac584c8',0,'name: small
seed: 0
dataset: {name: cluttered_digits, train_size: 400}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]
objectives: [accuracy, flops, latency_ms]
search: {num_trials: 8}
fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}
','{"name": "small", "seed": 0, "dataset": {"name": "cluttered_digits", "root": null, "variant": null, "size": null, "channels": null, "flip": null, "train_size": 400, "validation_size": null, "seed": 0}, "space": {"input": null, "stem": {"out_channels": [8], "kernel_size": [3], "stride": [1], "num_convs": [1], "pool": [false]}, "width_mult": [1.0, 2.0, 3.0], "resolution_mult": [1.0], "activation": ["relu"], "channel_multiple": 8, "stages": [{"out_channels": [8], "num_blocks": [1], "stride": [2], "block": [{"standard": {"kernel_size": [1, 3], "dilation": [1], "groups": [1], "residual": ["none"]}}, {"fire": {"squeeze_ratio": [0.125], "wide_share": [0.5], "kernel_size": [3], "dilation": [1], "groups": [1], "bypass": ["none"], "norm": [true]}}]}], "head": {"conv_channels": [0], "dropout": [0.0]}}, "objectives": ["accuracy", "flops", "latency_ms"], "constraints": {"flops": null, "params": null, "latency_ms": null, "peak_activation_bytes": null, "weight_bytes": null, "accuracy": null}, "latency": {"device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1, "memory_format": "contiguous", "table": null, "max_profile_seconds": null}, "search": {"sampler": "cost_aware", "num_trials": 8, "time_limit": null, "start_from": []}, "fidelity": {"scheduler": "halving", "max_epochs": 3, "min_epochs": 1, "reduction_factor": 3, "num_brackets": null}, "evaluator": "proxy", "proxy": {"batch_size": 32, "learning_rate": 0.1, "schedule": "cosine", "warmup_epochs": 0.5, "momentum": 0.9, "weight_decay": 0.0005, "label_smoothing": 0.0, "averaging": 0.98, "augmentation": {"flip": true, "crop": 0, "cutout": 0, "mixup": 0.0}, "execution": "auto"}, "workers": {"cpus_per_trial": 1.0, "gpus_per_trial": 0.0, "max_concurrent": null, "trial_time_limit": null, "epoch_time_limit": null, "max_retries": 2, "max_memory_growth": 1073741824.0}, "checkpoints": null}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,'{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
CREATE TABLE nas_training_epochs (
	training_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	train_loss DOUBLE NOT NULL, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (training_id, epochs), 
	FOREIGN KEY(training_id) REFERENCES nas_trainings (id)
);
CREATE TABLE nas_trainings (
	id INTEGER NOT NULL, 
	study_id INTEGER, 
	trial_id INTEGER, 
	architecture_id VARCHAR NOT NULL, 
	recipe JSON NOT NULL, 
	seed INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	epochs INTEGER NOT NULL, 
	max_epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	test_accuracy DOUBLE, 
	num_test_images INTEGER, 
	train_s DOUBLE NOT NULL, 
	failure VARCHAR, 
	checkpoint VARCHAR, 
	weights_sha256 VARCHAR, 
	hardware JSON NOT NULL, 
	versions JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_trials (
	id INTEGER NOT NULL, 
	study_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	architecture_id VARCHAR NOT NULL, 
	choices JSON NOT NULL, 
	description VARCHAR NOT NULL, 
	latency_ms DOUBLE, 
	state VARCHAR NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	train_s DOUBLE NOT NULL, 
	worker VARCHAR, 
	failure VARCHAR, 
	failure_kind VARCHAR, 
	traceback VARCHAR, 
	retries INTEGER DEFAULT '0' NOT NULL, 
	restarts INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (study_id, number), 
	UNIQUE (study_id, architecture_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(architecture_id) REFERENCES nas_architectures (id)
);
INSERT INTO "nas_trials" VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',8.24055093124329701703e-02,'PRUNED',1,0.085,'2026-11-22 04:53:06.043101','2026-11-22 04:53:12.617325','2026-11-22 04:53:15.417109',5.60752784000214887782e-01,'c7636d35',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(2,1,1,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',4.17232418059907822494e-02,'COMPLETE',3,0.114,'2026-11-22 04:53:06.237480','2026-11-22 04:53:12.786280','2026-11-22 04:53:15.607041',6.48085503002221230417e-01,'ad2fd60d',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(3,1,2,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',1.29206135321594250964e-01,'PRUNED',1,0.085,'2026-11-22 04:53:12.814713','2026-11-22 04:53:16.111708','2026-11-22 04:53:16.657074',3.6932443399928160943e-01,'019f6ffb',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(4,1,3,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',6.38088459751477571346e-02,'PRUNED',1,0.094,'2026-11-22 04:53:15.651060','2026-11-22 04:53:16.104105','2026-11-22 04:53:16.502874',3.06406948999210726469e-01,'5ab70bcb',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(5,1,4,'3a3079a05e4a4e77','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 2.0; 1 standard k1',4.85969375868286271313e-02,'WAITING',0,NULL,'2026-11-22 04:53:16.158747','2026-11-22 04:53:16.531192',NULL,0.0,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(6,1,5,'0cc1d03f7ea481d6','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 1.0; 1 standard k3',6.34713593050295205033e-02,'PRUNED',1,0.085,'2026-11-22 04:53:16.641831','2026-11-22 04:53:16.737761','2026-11-22 04:53:17.075638',2.41027476000454043969e-01,'87c5796d',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(7,1,6,'f07854c42a0b7676','{"width_mult": 2.0, "stage1.block": "fire"}','width 2.0; 1 fire',7.21320347829254304716e-02,'WAITING',0,NULL,'2026-11-22 04:53:16.878752','2026-11-22 04:53:17.099735',NULL,0.0,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(8,1,7,'4d0b18d07e36fdea','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 3.0; 1 standard k1',1.05976900508215468588e-01,'WAITING',0,NULL,'2026-11-22 04:53:17.163437',NULL,NULL,0.0,NULL,NULL,NULL,NULL,0,0);
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'small');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MINIMIZE',1,1);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',1,2);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,1,'study:metric_names','["accuracy", "flops", "latency_ms"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(2,1,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(3,2,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(4,2,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(5,2,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(6,3,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(7,3,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(8,3,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(9,4,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(10,4,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(11,5,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(12,5,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(13,5,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(14,6,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(15,6,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(16,6,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(17,7,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(18,7,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(19,8,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(20,8,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(21,8,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'architecture','"5044367c0a3b73a6"');
INSERT INTO "trial_user_attributes" VALUES(2,1,'description','"width 3.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(3,1,'flops','387312');
INSERT INTO "trial_user_attributes" VALUES(4,1,'params','1000');
INSERT INTO "trial_user_attributes" VALUES(5,1,'weight_bytes','4000');
INSERT INTO "trial_user_attributes" VALUES(6,1,'peak_activation_bytes','110592');
INSERT INTO "trial_user_attributes" VALUES(7,1,'latency_ms','0.08240550931243297');
INSERT INTO "trial_user_attributes" VALUES(8,2,'architecture','"da9fb0b153db051c"');
INSERT INTO "trial_user_attributes" VALUES(9,2,'description','"width 1.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(10,2,'flops','90192');
INSERT INTO "trial_user_attributes" VALUES(11,2,'params','258');
INSERT INTO "trial_user_attributes" VALUES(12,2,'weight_bytes','1032');
INSERT INTO "trial_user_attributes" VALUES(13,2,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(14,2,'latency_ms','0.04172324180599078');
INSERT INTO "trial_user_attributes" VALUES(15,3,'architecture','"ea2074c629d8a840"');
INSERT INTO "trial_user_attributes" VALUES(16,3,'description','"width 3.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(17,3,'flops','1548528');
INSERT INTO "trial_user_attributes" VALUES(18,3,'params','5746');
INSERT INTO "trial_user_attributes" VALUES(19,3,'weight_bytes','22984');
INSERT INTO "trial_user_attributes" VALUES(20,3,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(21,3,'latency_ms','0.12920613532159425');
INSERT INTO "trial_user_attributes" VALUES(22,1,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(23,2,'curve','[[1, 0.094], [2, 0.115], [3, 0.114]]');
INSERT INTO "trial_user_attributes" VALUES(24,4,'architecture','"dc370d650a586e37"');
INSERT INTO "trial_user_attributes" VALUES(25,4,'description','"width 1.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(26,4,'flops','92240');
INSERT INTO "trial_user_attributes" VALUES(27,4,'params','244');
INSERT INTO "trial_user_attributes" VALUES(28,4,'weight_bytes','976');
INSERT INTO "trial_user_attributes" VALUES(29,4,'peak_activation_bytes','36864');
INSERT INTO "trial_user_attributes" VALUES(30,4,'latency_ms','0.06380884597514776');
INSERT INTO "trial_user_attributes" VALUES(31,5,'architecture','"3a3079a05e4a4e77"');
INSERT INTO "trial_user_attributes" VALUES(32,5,'description','"width 2.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(33,5,'flops','213152');
INSERT INTO "trial_user_attributes" VALUES(34,5,'params','634');
INSERT INTO "trial_user_attributes" VALUES(35,5,'weight_bytes','2536');
INSERT INTO "trial_user_attributes" VALUES(36,5,'peak_activation_bytes','81920');
INSERT INTO "trial_user_attributes" VALUES(37,5,'latency_ms','0.04859693758682863');
INSERT INTO "trial_user_attributes" VALUES(38,4,'curve','[[1, 0.094]]');
INSERT INTO "trial_user_attributes" VALUES(39,6,'architecture','"0cc1d03f7ea481d6"');
INSERT INTO "trial_user_attributes" VALUES(40,6,'description','"width 1.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(41,6,'flops','221264');
INSERT INTO "trial_user_attributes" VALUES(42,6,'params','770');
INSERT INTO "trial_user_attributes" VALUES(43,6,'weight_bytes','3080');
INSERT INTO "trial_user_attributes" VALUES(44,6,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(45,6,'latency_ms','0.06347135930502952');
INSERT INTO "trial_user_attributes" VALUES(46,3,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(47,7,'architecture','"f07854c42a0b7676"');
INSERT INTO "trial_user_attributes" VALUES(48,7,'description','"width 2.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(49,7,'flops','221344');
INSERT INTO "trial_user_attributes" VALUES(50,7,'params','574');
INSERT INTO "trial_user_attributes" VALUES(51,7,'weight_bytes','2296');
INSERT INTO "trial_user_attributes" VALUES(52,7,'peak_activation_bytes','73728');
INSERT INTO "trial_user_attributes" VALUES(53,7,'latency_ms','0.07213203478292543');
INSERT INTO "trial_user_attributes" VALUES(54,6,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(55,8,'architecture','"4d0b18d07e36fdea"');
INSERT INTO "trial_user_attributes" VALUES(56,8,'description','"width 3.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(57,8,'flops','368880');
INSERT INTO "trial_user_attributes" VALUES(58,8,'params','1138');
INSERT INTO "trial_user_attributes" VALUES(59,8,'weight_bytes','4552');
INSERT INTO "trial_user_attributes" VALUES(60,8,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(61,8,'latency_ms','0.10597690050821547');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,2,0,0.114,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,1,90192.0,'FINITE');
INSERT INTO "trial_values" VALUES(3,2,2,4.17232418059907822494e-02,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'PRUNED','2026-11-22 04:53:05.988411','2026-11-22 04:53:15.424041');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-22 04:53:06.107599','2026-11-22 04:53:15.618291');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-22 04:53:12.794914','2026-11-22 04:53:16.668091');
INSERT INTO "trials" VALUES(4,3,1,'PRUNED','2026-11-22 04:53:15.632815','2026-11-22 04:53:16.506883');
INSERT INTO "trials" VALUES(5,4,1,'RUNNING','2026-11-22 04:53:16.119702',NULL);
INSERT INTO "trials" VALUES(6,5,1,'PRUNED','2026-11-22 04:53:16.539764','2026-11-22 04:53:17.082502');
INSERT INTO "trials" VALUES(7,6,1,'RUNNING','2026-11-22 04:53:16.746219',NULL);
INSERT INTO "trials" VALUES(8,7,1,'RUNNING','2026-11-22 04:53:17.110616',NULL);
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE INDEX ix_nas_trials_study_id_state ON nas_trials (study_id, state, accuracy);
CREATE INDEX ix_nas_events_study_id ON nas_events (study_id);
CREATE INDEX ix_nas_exports_study_id ON nas_exports (study_id);
CREATE INDEX ix_nas_exports_trial_id ON nas_exports (trial_id);
CREATE INDEX ix_nas_trainings_study_id ON nas_trainings (study_id);
CREATE INDEX ix_nas_trainings_trial_id ON nas_trainings (trial_id);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
