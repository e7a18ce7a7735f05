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
INSERT INTO "nas_alembic_version" VALUES('0004');
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
CREATE TABLE nas_calibrations (
	id INTEGER NOT NULL, 
	experiment_name VARCHAR NOT NULL, 
	dataset_fingerprint VARCHAR NOT NULL, 
	calibrated_at DATETIME NOT NULL, 
	recommended_epochs INTEGER, 
	result JSON NOT NULL, 
	PRIMARY KEY (id)
);
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
INSERT INTO "nas_checkpoints" VALUES(5,1,'file:///home/user/nas_studies/small/checkpoints/small-d956efc8/trial-00004-epochs-1-1b36b251.state','924fba7f2057f631886f83bf1177ed8177027e1089a017363ca2d99cb5e40914',19063,'2026-11-30 10:44:17.293874');
CREATE TABLE nas_companions (
	study_id INTEGER NOT NULL, 
	experiment_name VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
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
INSERT INTO "nas_epochs" VALUES(2,1,0.094,2.34119200706481933593e+00,1.08947489199999836273e+00);
INSERT INTO "nas_epochs" VALUES(2,2,0.115,2.29340291023254394531e+00,0.553879532999872);
INSERT INTO "nas_epochs" VALUES(1,1,0.085,2.31304025650024414062e+00,2.09263131600005181098e+00);
INSERT INTO "nas_epochs" VALUES(2,3,0.114,2.28931117057800292968e+00,1.03024988999982269888e+00);
INSERT INTO "nas_epochs" VALUES(3,1,0.085,2.33513164520263671875e+00,8.57533401999944544513e-01);
INSERT INTO "nas_epochs" VALUES(5,1,0.095,2.32185053825378417968e+00,6.45219660000066141947e-01);
INSERT INTO "nas_epochs" VALUES(4,1,0.094,2.34738612174987792968e+00,1.03995209699996848939e+00);
INSERT INTO "nas_epochs" VALUES(6,1,0.085,2.32579112052917480468e+00,9.62311811000063244136e-01);
INSERT INTO "nas_epochs" VALUES(5,2,0.098,2.30092501640319824218e+00,1.09828161399991586222e+00);
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
INSERT INTO "nas_events" VALUES(1,1,'2026-11-30 10:43:19.423090','launched',NULL,'launched with 8 trials','{}');
INSERT INTO "nas_events" VALUES(2,1,'2026-11-30 10:44:23.732950','ended',NULL,'interrupted: stopped by hand','{}');
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO "nas_executions" VALUES(1,'{"device_name": "Intel(R) Xeon(R) Processor", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 3.288799285883952, "bfloat16": 3.3517417907704807, "cast": 0.362361907962753}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.9745320000007496, 0.9085080000001966, 1.067995999999738], "bfloat16": [0.4601500000003256, 0.4727930000001379, 0.6345719999991672]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.357061000000769, 1.2504080000006468, 0.46079800000065063], "bfloat16": [0.2367880000004874, 0.6952760000000779, 0.390536999999469]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.8801379999988654, 1.8945169999984302, 1.9778909999992322], "bfloat16": [0.4541069999994818, 0.4380190000006223, 0.7564640000001788]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.1887569999995407, 1.903706000000227, 1.6362839999999323], "bfloat16": [0.5060809999992699, 0.6334830000014335, 0.7570729999990533]}}, "autocast": false, "cuda_graphs": false}','2026-11-30 10:43:22.453914');
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
INSERT INTO "nas_latency_blocks" VALUES('66cb7ffd26ccf714','0916a539f6b4bf8f',4.46515000476210843771e-02,3.58899999355344334617e-02,0.0607539998327411,1.33349997213372262194e-02,32,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.757856');
INSERT INTO "nas_latency_blocks" VALUES('4e056176bbd9d4f4','0916a539f6b4bf8f',1.30970000100205652415e-01,1.28242999835492810234e-01,1.33259999984147725626e-01,6.50140000288956798613e-02,224,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.780640');
INSERT INTO "nas_latency_blocks" VALUES('d382a86ebaa57433','0916a539f6b4bf8f',7.01840001511300215497e-02,6.82180000239895889535e-02,7.23610000932239927351e-02,2.2300000182440271601e-02,324,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.781470');
INSERT INTO "nas_latency_blocks" VALUES('d0c3eaac3bf41baa','0916a539f6b4bf8f',3.22060000144119840115e-02,3.12080001094727776944e-02,3.40569999934814404696e-02,1.10779999431542819365e-02,444,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.781931');
INSERT INTO "nas_latency_blocks" VALUES('6f6b15a634ae9735','0916a539f6b4bf8f',1.75420000232406891882e-02,1.62040000759589020162e-02,2.15879999814205802977e-02,1.13419998797326115891e-02,54,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.782499');
INSERT INTO "nas_latency_blocks" VALUES('6c4af05f774ade97','0916a539f6b4bf8f',4.44239999524143058806e-02,4.02240000312303891405e-02,4.83559999793214956298e-02,4.06070000735780922695e-02,464,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.782921');
INSERT INTO "nas_latency_blocks" VALUES('00b4c92555d8a80d','0916a539f6b4bf8f',7.88759999750254792161e-02,7.76069998664752347394e-02,8.01920000412792433053e-02,1.01410000752366613596e-02,288,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.792962');
INSERT INTO "nas_latency_blocks" VALUES('57542946b4973e7e','0916a539f6b4bf8f',2.68000001142354449257e-02,2.19920000290585448965e-02,3.25360001625085715204e-02,6.99599991094146389514e-03,40,3.41790000675246119499e-02,0,'2026-11-30 10:42:58.794154');
INSERT INTO "nas_latency_blocks" VALUES('dc851cc05fb33a6a','0916a539f6b4bf8f',4.31254999284647055901e-02,4.0154000089387409389e-02,4.58560000424768077209e-02,3.7083999814058188349e-02,248,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.794637');
INSERT INTO "nas_latency_blocks" VALUES('503fc85381f2b4c2','0916a539f6b4bf8f',1.79269999989628558978e-01,1.7500300009487546049e-01,1.8381300014880253002e-01,9.70189998952264431864e-02,128,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.795071');
INSERT INTO "nas_latency_blocks" VALUES('f8d858c03123f176','0916a539f6b4bf8f',2.96170001092832535505e-02,2.80279998605692526325e-02,3.1241999977282830514e-02,1.10180001229309709742e-02,772,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.795500');
INSERT INTO "nas_latency_blocks" VALUES('e2ff5862c816c32c','0916a539f6b4bf8f',3.76845000573666766285e-02,3.46660001468990230932e-02,4.08980001793679548427e-02,3.04160002997377887368e-02,344,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.795913');
INSERT INTO "nas_latency_blocks" VALUES('03191367eea97348','0916a539f6b4bf8f',8.88859999577107373625e-02,8.66699999733100412413e-02,9.5044000090638292022e-02,2.48039998496096814051e-02,224,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.796330');
INSERT INTO "nas_latency_blocks" VALUES('cc397806b5c641bc','0916a539f6b4bf8f',7.62770000619639176875e-02,7.40339999083516886457e-02,7.78230000832991208881e-02,1.74699998751748353242e-02,332,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.805481');
INSERT INTO "nas_latency_blocks" VALUES('9fa1b922b77c6fa8','0916a539f6b4bf8f',2.37445000266234274022e-02,1.71619999491667840629e-02,2.89700001303572207689e-02,7.11699999556003604084e-03,32,3.58859999778360361233e-02,0,'2026-11-30 10:42:58.806062');
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
INSERT INTO "nas_latency_fits" VALUES('0916a539f6b4bf8f','17953e009a3eac95','networks',5.09919357779671719721e-02,9,'2026-11-30 10:43:19.233926');
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
INSERT INTO "nas_latency_networks" VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',1.40651000151592597831e-01,1.31596000073841423727e-01,1.46908000033363350667e-01,1.30590001390373799949e-02,32,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.200124');
INSERT INTO "nas_latency_networks" VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','0916a539f6b4bf8f',8.0669999988458584994e-02,5.85549998959322692826e-02,9.65639999321865616366e-02,1.50500000017927959561e-02,32,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.213324');
INSERT INTO "nas_latency_networks" VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','0916a539f6b4bf8f',7.81305001282817102037e-02,5.77839998641138663515e-02,8.33970000257977517321e-02,8.48400009090255480259e-03,34,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.213929');
INSERT INTO "nas_latency_networks" VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','0916a539f6b4bf8f',1.18824500077607808634e-01,1.10930999881020397879e-01,1.2413000013111741282e-01,1.22269998428237158805e-02,32,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.214365');
INSERT INTO "nas_latency_networks" VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','0916a539f6b4bf8f',1.2188849996164208278e-01,1.0762400006569805555e-01,1.39130999968983815051e-01,1.36079997901106253266e-02,33,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.214742');
INSERT INTO "nas_latency_networks" VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',1.92643499985933885909e-01,1.91323000080956262536e-01,1.94599999986166949383e-01,9.08600000002479646354e-02,832,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.215114');
INSERT INTO "nas_latency_networks" VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','0916a539f6b4bf8f',1.08629999999720894265e-01,1.02056000059747020713e-01,1.16122999997969600372e-01,1.37900001391244586557e-02,34,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.215483');
INSERT INTO "nas_latency_networks" VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','0916a539f6b4bf8f',1.40942999905746546573e-01,1.29113999946639523841e-01,1.49527000075977412052e-01,1.27089999750751303508e-02,32,3.52249999195919372141e-02,0,'2026-11-30 10:43:19.215850');
INSERT INTO "nas_latency_networks" VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',2.3501150008087279275e-01,2.32251999932486796751e-01,2.38201000001936336047e-01,1.08165999790799105539e-01,592,3.72819999938656110316e-02,0,'2026-11-30 10:43:19.216213');
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
INSERT INTO "nas_latency_settings" VALUES('0916a539f6b4bf8f','cpu','eager','float32',1,1,'contiguous','Intel(R) Xeon(R) Processor','torch 2.13.0+cpu, python 3.11.7');
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
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stem.conv',0,8,0.0,3.40823948383331298828e-01,6.54804383480107699e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stage1.0.conv',1,8,0.0,3.46897274255752563476e-01,6.28146340186211205036e+00);
CREATE TABLE nas_reused_trials (
	trial_id INTEGER NOT NULL, 
	source_trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id), 
	FOREIGN KEY(source_trial_id) REFERENCES nas_trials (id)
);
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
	num_validation_images INTEGER, 
	versions JSON NOT NULL, 
	hardware JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "nas_studies" VALUES(1,'small','INTERRUPTED','2026-11-30 10:43:19.349314','5f5b6bfadac584c8',0,'name: small
seed: 0
dataset: {name: cluttered_digits, train_size: 400}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]
objectives: [accuracy, flops, latency_ms]
search: {num_trials: 8}
fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}
','{"name": "small", "seed": 0, "dataset": {"name": "cluttered_digits", "root": null, "variant": null, "size": null, "channels": null, "flip": null, "train_size": 400, "validation_size": null, "seed": 0}, "space": {"input": null, "stem": {"out_channels": [8], "kernel_size": [3], "stride": [1], "num_convs": [1], "pool": [false]}, "width_mult": [1.0, 2.0, 3.0], "resolution_mult": [1.0], "activation": ["relu"], "channel_multiple": 8, "stages": [{"out_channels": [8], "num_blocks": [1], "stride": [2], "block": [{"standard": {"kernel_size": [1, 3], "dilation": [1], "groups": [1], "residual": ["none"]}}, {"fire": {"squeeze_ratio": [0.125], "wide_share": [0.5], "kernel_size": [3], "dilation": [1], "groups": [1], "bypass": ["none"], "norm": [true]}}]}], "head": {"conv_channels": [0], "dropout": [0.0]}}, "objectives": ["accuracy", "flops", "latency_ms"], "constraints": {"flops": null, "params": null, "latency_ms": null, "peak_activation_bytes": null, "weight_bytes": null, "accuracy": null}, "latency": {"device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1, "memory_format": "contiguous", "table": null, "max_profile_seconds": null}, "search": {"sampler": "cost_aware", "num_trials": 8, "time_limit": null, "start_from": [], "reuse": true}, "fidelity": {"scheduler": "halving", "max_epochs": 3, "min_epochs": 1, "reduction_factor": 3, "num_brackets": null}, "evaluator": "proxy", "proxy": {"batch_size": 32, "learning_rate": 0.1, "schedule": "cosine", "warmup_epochs": 0.5, "momentum": 0.9, "weight_decay": 0.0005, "label_smoothing": 0.0, "averaging": 0.98, "augmentation": {"flip": true, "crop": 0, "cutout": 0, "mixup": 0.0}, "execution": "auto"}, "workers": {"cpus_per_trial": 1.0, "gpus_per_trial": 0.0, "max_concurrent": null, "trial_time_limit": null, "epoch_time_limit": null, "max_retries": 2, "max_memory_growth": 1073741824.0}, "checkpoints": null, "baselines": [], "control": null}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,1000,'{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
CREATE TABLE nas_training_epochs (
	training_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	train_loss DOUBLE NOT NULL, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (training_id, epochs), 
	FOREIGN KEY(training_id) REFERENCES nas_trainings (id)
);
CREATE TABLE nas_training_keys (
	trial_id INTEGER NOT NULL, 
	training_key VARCHAR NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO "nas_training_keys" VALUES(1,'2fc121fd97f6c8a09fb12d8a39192162');
INSERT INTO "nas_training_keys" VALUES(2,'273c392ed9d9a95fbfde20261ef1be51');
INSERT INTO "nas_training_keys" VALUES(3,'24bcf2893b3f3b85a6ca2640e6a56e2b');
INSERT INTO "nas_training_keys" VALUES(4,'1ac06292b415c6d37d9f4ad9dbe11319');
INSERT INTO "nas_training_keys" VALUES(5,'10b2ac7debbcb7a173966217306116ef');
INSERT INTO "nas_training_keys" VALUES(6,'b0cc1ba618c2a0e97df0783b92e15112');
INSERT INTO "nas_training_keys" VALUES(7,'d125521100bac1c21f6b540745e834ca');
INSERT INTO "nas_training_keys" VALUES(8,'f4bfad95ac37561f13452fa73fe4f12a');
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
INSERT INTO "nas_trials" VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',1.49561750878510424378e-01,'PRUNED',1,0.085,'2026-11-30 10:43:42.956833','2026-11-30 10:44:04.379783','2026-11-30 10:44:12.916094',2.09263131600005181098e+00,'7e549a32',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(2,1,1,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',7.80611838371281646642e-02,'COMPLETE',3,0.114,'2026-11-30 10:43:43.123742','2026-11-30 10:44:04.342078','2026-11-30 10:44:13.569810',2.67360431499969308788e+00,'0d3f63b6',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(3,1,2,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',2.31879343731649534277e-01,'PRUNED',1,0.085,'2026-11-30 10:44:04.459309','2026-11-30 10:44:15.017202','2026-11-30 10:44:16.222407',8.57533401999944544513e-01,'475e768b',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(4,1,3,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',1.20356146022940646567e-01,'PRUNED',1,0.094,'2026-11-30 10:44:14.860394','2026-11-30 10:44:16.007692','2026-11-30 10:44:17.308661',1.03995209699996848939e+00,'cf2e8e68',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(5,1,4,'3a3079a05e4a4e77','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 2.0; 1 standard k1',8.570332121012586013e-02,'WAITING',2,0.098,'2026-11-30 10:44:16.153768','2026-11-30 10:44:16.318903',NULL,1.74350127399998200417e+00,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(6,1,5,'0cc1d03f7ea481d6','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 1.0; 1 standard k3',9.71023184948253820225e-02,'PRUNED',1,0.085,'2026-11-30 10:44:16.597942','2026-11-30 10:44:17.365326','2026-11-30 10:44:18.360179',9.62311811000063244136e-01,'8f727039',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(7,1,6,'f07854c42a0b7676','{"width_mult": 2.0, "stage1.block": "fire"}','width 2.0; 1 fire',1.28199104504468724963e-01,'WAITING',0,NULL,'2026-11-30 10:44:17.729202','2026-11-30 10:44:18.423632',NULL,0.0,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(8,1,7,'4d0b18d07e36fdea','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 3.0; 1 standard k1',1.87889923875257547347e-01,'WAITING',0,NULL,'2026-11-30 10:44:19.028639',NULL,NULL,0.0,NULL,NULL,NULL,NULL,0,0);
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
INSERT INTO "study_system_attributes" VALUES(2,1,'dashboard:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(3,1,'dashboard:note_str:0','"|||\n|---|---|\n|Data set|cluttered\\_digits|\n|Objectives|Accuracy, FLOPs, Latency|\n\nAccuracy is that on validation images after a short training. FLOPs are multiply\\-adds of one image, counted once. A trial that is pruned was stopped early, since others did better after as many epochs. A network outside a limit on costs is never trained; one outside a limit on accuracy is infeasible."');
INSERT INTO "study_system_attributes" VALUES(4,1,'dashboard:1:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(5,1,'dashboard:1:note_str:0','"- width 3.0\n- 1 fire\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|387k|\n|Parameters|1k|\n|Latency|0.15 ms|\n|Peak activations|108 KiB|\n|Weights|3.91 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.squeeze|conv 1x1, norm, relu|3x32x32|78|73.7k|\n|stage1.0.expand1x1|conv 1x1/2, norm, relu|12x16x16|60|9.22k|\n|stage1.0.expand|conv 3x3/2, norm, relu|12x16x16|348|82.9k|\n|stage1.0.concat|concat|24x16x16|||\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 0\n```"');
INSERT INTO "study_system_attributes" VALUES(6,1,'dashboard:2:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(7,1,'dashboard:2:note_str:0','"- width 1.0\n- 1 standard k1\n\n|||\n|---|---|\n|Accuracy|0.1140 after 3 epochs|\n|FLOPs|90.2k|\n|Parameters|258|\n|Latency|0.0781 ms|\n|Peak activations|40 KiB|\n|Weights|1.01 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 1x1/2, norm, relu|8x16x16|80|16.4k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 1\n```"');
INSERT INTO "study_system_attributes" VALUES(8,1,'dashboard:plot_data:front-flops:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,3,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.12 ms\",\"\\u003cb\\u003etri"');
INSERT INTO "study_system_attributes" VALUES(9,1,'dashboard:plot_data:front-flops:1','"al 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[387312.0,1548528.0,92240.0,221264.0],\"y\":[0,0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"FLOPs (multiply-adds)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[4.881082954772214,6.264004125244979],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.10400000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#"');
INSERT INTO "study_system_attributes" VALUES(10,1,'dashboard:plot_data:front-latency_ms:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[0.07806118383712816],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[0.07806118383712816],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,3,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0."');
INSERT INTO "study_system_attributes" VALUES(11,1,'dashboard:plot_data:front-latency_ms:1','"12 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[0.14956175087851042,0.23187934373164953,0.12035614602294065,0.09710231849482538],\"y\":[0,0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Latency (ms)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~g\",\"nticks\":3,\"type\":\"log\",\"range\":[-1.1359344824663589,-0.6063683216903386],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.10400000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zero"');
INSERT INTO "study_system_attributes" VALUES(12,1,'dashboard:plot_data:front-params:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[258.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[258.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,3,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.12 ms\",\"\\u003cb\\u003etrial 5"');
INSERT INTO "study_system_attributes" VALUES(13,1,'dashboard:plot_data:front-params:1','"\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[1000.0,5746.0,244.0,770.0],\"y\":[0,0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Parameters\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[2.305071278619698,3.8416841693749606],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.10400000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"tit"');
INSERT INTO "study_system_attributes" VALUES(14,1,'dashboard:plot_data:front-peak_activation_bytes:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[40.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[40.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,3,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.12 ms\",\"\\u003cb\\u003etrial 5\\u"');
INSERT INTO "study_system_attributes" VALUES(15,1,'dashboard:plot_data:front-peak_activation_bytes:1','"003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[108.0,120.0,36.0,40.0],\"y\":[0,0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Peak activations (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[1.524929776050467,2.1105539707644447],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.10400000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11"');
INSERT INTO "study_system_attributes" VALUES(16,1,'dashboard:plot_data:front-weight_bytes:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[1.0078125],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[1.0078125],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,3,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.12 ms\",\"\\u003cb\\u003"');
INSERT INTO "study_system_attributes" VALUES(17,1,'dashboard:plot_data:front-weight_bytes:1','"etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[3.90625,22.4453125,0.953125,3.0078125],\"y\":[0,0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Weights (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[-0.1031686866921521,1.4334442040631112],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.10400000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":"');
INSERT INTO "study_system_attributes" VALUES(18,1,'dashboard:plot_data:curves:0','"{\"data\":[{\"customdata\":[0,null,2,null,3,null,4,4,null,5],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.15 ms\",\"\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.232 ms\",\"\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.12 ms\",\"\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0857 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0857 ms\",\"\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0971 ms\"],\"line\":{\"color\":\"#a3acb8\",\"width\":1},\"marker\":{\"size\":5.5},\"mode\":\"lines+markers\",\"name\":\"not on the front\",\"opacity\":0.8,\"x\":[1,null,1,null,1,null,1,2,null,1],\"y\":[0.085,null,0.085,null,0.094,null,0.095,0.098,null,0.085],\"type\":\"scatter\"},{\"customdata\":[1,1,1],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u00"');
INSERT INTO "study_system_attributes" VALUES(19,1,'dashboard:plot_data:curves:1','"3cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0781 ms\"],\"line\":{\"color\":\"#c44900\",\"width\":3},\"marker\":{\"size\":8.5},\"mode\":\"lines+markers\",\"name\":\"knee\",\"opacity\":1.0,\"x\":[1,2,3],\"y\":[0.094,0.115,0.114],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Epochs\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"dtick\":1},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\"},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"s"');
INSERT INTO "study_system_attributes" VALUES(20,1,'dashboard:3:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(21,1,'dashboard:3:note_str:0','"- width 3.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|1.55M|\n|Parameters|5.75k|\n|Latency|0.232 ms|\n|Peak activations|120 KiB|\n|Weights|22.4 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.conv|conv 3x3/2, norm, relu|24x16x16|5.23k|1.33M|\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 2\n```"');
INSERT INTO "study_system_attributes" VALUES(22,1,'dashboard:4:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(23,1,'dashboard:4:note_str:0','"- width 1.0\n- 1 fire\n\n|||\n|---|---|\n|Accuracy|0.0940 after 1 epoch|\n|FLOPs|92.2k|\n|Parameters|244|\n|Latency|0.12 ms|\n|Peak activations|36 KiB|\n|Weights|976 B|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.squeeze|conv 1x1, norm, relu|1x32x32|10|8.19k|\n|stage1.0.expand1x1|conv 1x1/2, norm, relu|4x16x16|12|1.02k|\n|stage1.0.expand|conv 3x3/2, norm, relu|4x16x16|44|9.22k|\n|stage1.0.concat|concat|8x16x16|||\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 3\n```"');
INSERT INTO "study_system_attributes" VALUES(24,1,'dashboard:6:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(25,1,'dashboard:6:note_str:0','"- width 1.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|221k|\n|Parameters|770|\n|Latency|0.0971 ms|\n|Peak activations|40 KiB|\n|Weights|3.01 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 3x3/2, norm, relu|8x16x16|592|147k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 5\n```"');
INSERT INTO "study_system_attributes" VALUES(26,1,'dashboard:plot_data:front-flops:2','"5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against FLOPs\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(27,1,'dashboard:plot_data:front-latency_ms:2','"line\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Latency\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(28,1,'dashboard:plot_data:front-params:2','"le\":{\"text\":\"Accuracy against Parameters\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(29,1,'dashboard:plot_data:front-peak_activation_bytes:2','"}},\"title\":{\"text\":\"Accuracy against Peak activations\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(30,1,'dashboard:plot_data:front-weight_bytes:2','"\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Weights\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(31,1,'dashboard:plot_data:curves:2','"ystem-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Learning curves\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(32,1,'artifacts:bc8aa1d5-f278-41d4-9dd8-d7bba8437b3e','"{\"artifact_id\": \"bc8aa1d5-f278-41d4-9dd8-d7bba8437b3e\", \"filename\": \"trial_1.py\", \"mimetype\": \"text/x-python\", \"encoding\": null}"');
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
INSERT INTO "trial_user_attributes" VALUES(7,1,'latency_ms','0.14956175087851042');
INSERT INTO "trial_user_attributes" VALUES(8,2,'architecture','"da9fb0b153db051c"');
INSERT INTO "trial_user_attributes" VALUES(9,2,'description','"width 1.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(10,2,'flops','90192');
INSERT INTO "trial_user_attributes" VALUES(11,2,'params','258');
INSERT INTO "trial_user_attributes" VALUES(12,2,'weight_bytes','1032');
INSERT INTO "trial_user_attributes" VALUES(13,2,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(14,2,'latency_ms','0.07806118383712816');
INSERT INTO "trial_user_attributes" VALUES(15,3,'architecture','"ea2074c629d8a840"');
INSERT INTO "trial_user_attributes" VALUES(16,3,'description','"width 3.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(17,3,'flops','1548528');
INSERT INTO "trial_user_attributes" VALUES(18,3,'params','5746');
INSERT INTO "trial_user_attributes" VALUES(19,3,'weight_bytes','22984');
INSERT INTO "trial_user_attributes" VALUES(20,3,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(21,3,'latency_ms','0.23187934373164953');
INSERT INTO "trial_user_attributes" VALUES(22,1,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(23,2,'curve','[[1, 0.094], [2, 0.115], [3, 0.114]]');
INSERT INTO "trial_user_attributes" VALUES(24,4,'architecture','"dc370d650a586e37"');
INSERT INTO "trial_user_attributes" VALUES(25,4,'description','"width 1.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(26,4,'flops','92240');
INSERT INTO "trial_user_attributes" VALUES(27,4,'params','244');
INSERT INTO "trial_user_attributes" VALUES(28,4,'weight_bytes','976');
INSERT INTO "trial_user_attributes" VALUES(29,4,'peak_activation_bytes','36864');
INSERT INTO "trial_user_attributes" VALUES(30,4,'latency_ms','0.12035614602294065');
INSERT INTO "trial_user_attributes" VALUES(31,5,'architecture','"3a3079a05e4a4e77"');
INSERT INTO "trial_user_attributes" VALUES(32,5,'description','"width 2.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(33,5,'flops','213152');
INSERT INTO "trial_user_attributes" VALUES(34,5,'params','634');
INSERT INTO "trial_user_attributes" VALUES(35,5,'weight_bytes','2536');
INSERT INTO "trial_user_attributes" VALUES(36,5,'peak_activation_bytes','81920');
INSERT INTO "trial_user_attributes" VALUES(37,5,'latency_ms','0.08570332121012586');
INSERT INTO "trial_user_attributes" VALUES(38,3,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(39,6,'architecture','"0cc1d03f7ea481d6"');
INSERT INTO "trial_user_attributes" VALUES(40,6,'description','"width 1.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(41,6,'flops','221264');
INSERT INTO "trial_user_attributes" VALUES(42,6,'params','770');
INSERT INTO "trial_user_attributes" VALUES(43,6,'weight_bytes','3080');
INSERT INTO "trial_user_attributes" VALUES(44,6,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(45,6,'latency_ms','0.09710231849482538');
INSERT INTO "trial_user_attributes" VALUES(46,4,'curve','[[1, 0.094]]');
INSERT INTO "trial_user_attributes" VALUES(47,7,'architecture','"f07854c42a0b7676"');
INSERT INTO "trial_user_attributes" VALUES(48,7,'description','"width 2.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(49,7,'flops','221344');
INSERT INTO "trial_user_attributes" VALUES(50,7,'params','574');
INSERT INTO "trial_user_attributes" VALUES(51,7,'weight_bytes','2296');
INSERT INTO "trial_user_attributes" VALUES(52,7,'peak_activation_bytes','73728');
INSERT INTO "trial_user_attributes" VALUES(53,7,'latency_ms','0.12819910450446872');
INSERT INTO "trial_user_attributes" VALUES(54,6,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(55,8,'architecture','"4d0b18d07e36fdea"');
INSERT INTO "trial_user_attributes" VALUES(56,8,'description','"width 3.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(57,8,'flops','368880');
INSERT INTO "trial_user_attributes" VALUES(58,8,'params','1138');
INSERT INTO "trial_user_attributes" VALUES(59,8,'weight_bytes','4552');
INSERT INTO "trial_user_attributes" VALUES(60,8,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(61,8,'latency_ms','0.18788992387525755');
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
INSERT INTO "trial_values" VALUES(3,2,2,7.80611838371281646642e-02,'FINITE');
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
INSERT INTO "trials" VALUES(1,0,1,'PRUNED','2026-11-30 10:43:42.873574','2026-11-30 10:44:12.926943');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-30 10:43:43.029173','2026-11-30 10:44:13.603747');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-30 10:44:04.390086','2026-11-30 10:44:16.227735');
INSERT INTO "trials" VALUES(4,3,1,'PRUNED','2026-11-30 10:44:14.603735','2026-11-30 10:44:17.323057');
INSERT INTO "trials" VALUES(5,4,1,'RUNNING','2026-11-30 10:44:16.035322',NULL);
INSERT INTO "trials" VALUES(6,5,1,'PRUNED','2026-11-30 10:44:16.346353','2026-11-30 10:44:18.369796');
INSERT INTO "trials" VALUES(7,6,1,'RUNNING','2026-11-30 10:44:17.378197',NULL);
INSERT INTO "trials" VALUES(8,7,1,'RUNNING','2026-11-30 10:44:18.439011',NULL);
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE INDEX ix_nas_calibrations_experiment_name ON nas_calibrations (experiment_name);
CREATE INDEX ix_nas_trials_study_id_state ON nas_trials (study_id, state, accuracy);
CREATE INDEX ix_nas_events_study_id ON nas_events (study_id);
CREATE INDEX ix_nas_companions_experiment_name ON nas_companions (experiment_name);
CREATE INDEX ix_nas_exports_study_id ON nas_exports (study_id);
CREATE INDEX ix_nas_exports_trial_id ON nas_exports (trial_id);
CREATE INDEX ix_nas_trainings_study_id ON nas_trainings (study_id);
CREATE INDEX ix_nas_trainings_trial_id ON nas_trainings (trial_id);
CREATE INDEX ix_nas_training_keys_training_key ON nas_training_keys (training_key);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
