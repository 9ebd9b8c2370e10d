-- The fields of an entry, in the schema's order. Written by tests/editors/neovim/make_fields.py; do not edit.

---@class aloop.Field
---@field name string
---@field kinds string JSON types with a comma between them
---@field secret boolean?
---@field values string[]? the only values it takes
---@field providers string[]? those whose models take it; nil: all

---@type (aloop.Field|table<string, aloop.Field>)[]
local fields = {
  { name = 'name', kinds = 'string' },
  { name = 'api_key', kinds = 'string', secret = true },
  { name = 'api_base', kinds = 'string' },
  { name = 'timeout', kinds = 'number' },
  { name = 'drop_params', kinds = 'boolean', values = { 'true', 'false' } },
  { name = 'api_version', kinds = 'string', providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'base_model', kinds = 'string', providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'azure_ad_token', kinds = 'string', secret = true, providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'tenant_id', kinds = 'string', providers = { 'azure', 'azure_ai', 'azure_text', 'predibase' } },
  { name = 'client_id', kinds = 'string', providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'client_secret', kinds = 'string', secret = true, providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'azure_scope', kinds = 'string', providers = { 'azure', 'azure_ai', 'azure_text' } },
  { name = 'organization', kinds = 'string', providers = { 'openai', 'aiohttp_openai', 'azure', 'azure_text', 'text-completion-openai' } },
  { name = 'extra_headers', kinds = 'object', secret = true },
  { name = 'aws_region_name', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_profile_name', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_access_key_id', kinds = 'string', secret = true, providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_secret_access_key', kinds = 'string', secret = true, providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_session_token', kinds = 'string', secret = true, providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_role_name', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_session_name', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_external_id', kinds = 'string', secret = true, providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_sts_endpoint', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'aws_bedrock_runtime_endpoint', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle' } },
  { name = 'model_id', kinds = 'string', providers = { 'bedrock', 'bedrock_mantle', 'aws_textract', 'sagemaker', 'sagemaker_chat', 'sagemaker_nova' } },
  { name = 'vertex_project', kinds = 'string', providers = { 'vertex_ai', 'vertex_ai_beta' } },
  { name = 'vertex_location', kinds = 'string', providers = { 'vertex_ai', 'vertex_ai_beta' } },
  { name = 'project_id', kinds = 'string', providers = { 'watsonx', 'watsonx_text' } },
  { name = 'space_id', kinds = 'string', providers = { 'watsonx', 'watsonx_text' } },
  { name = 'region_name', kinds = 'string', providers = { 'watsonx', 'watsonx_text' } },
  { name = 'token', kinds = 'string', secret = true, providers = { 'watsonx', 'watsonx_text' } },
  { name = 'zen_api_key', kinds = 'string', secret = true, providers = { 'watsonx', 'watsonx_text' } },
  { name = 'oci_user', kinds = 'string', providers = { 'oci' } },
  { name = 'oci_tenancy', kinds = 'string', providers = { 'oci' } },
  { name = 'oci_fingerprint', kinds = 'string', providers = { 'oci' } },
  { name = 'oci_region', kinds = 'string', providers = { 'oci' } },
  { name = 'oci_compartment_id', kinds = 'string', providers = { 'oci' } },
  { name = 'oci_key', kinds = 'string', secret = true, providers = { 'oci' } },
  { name = 'gigachat_scope', kinds = 'string', providers = { 'gigachat' } },
  { name = 'gigachat_auth_url', kinds = 'string', providers = { 'gigachat' } },
  { name = 'gigachat_access_token', kinds = 'string', secret = true, providers = { 'gigachat' } },
  { name = 'nvcf_function_id', kinds = 'string', providers = { 'nvidia_riva' } },
  { name = 'max_tokens', kinds = 'integer' },
  { name = 'max_completion_tokens', kinds = 'integer' },
  { name = 'temperature', kinds = 'number' },
  { name = 'top_p', kinds = 'number' },
  { name = 'top_k', kinds = 'integer' },
  { name = 'min_p', kinds = 'number' },
  { name = 'seed', kinds = 'integer' },
  { name = 'stop', kinds = 'string,array' },
  { name = 'presence_penalty', kinds = 'number' },
  { name = 'frequency_penalty', kinds = 'number' },
  { name = 'repetition_penalty', kinds = 'number' },
  { name = 'logit_bias', kinds = 'object' },
  { name = 'logprobs', kinds = 'boolean', values = { 'true', 'false' } },
  { name = 'top_logprobs', kinds = 'integer' },
  { name = 'reasoning_effort', kinds = 'string', values = { 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'default' } },
  { name = 'thinking', kinds = 'object' },
  { name = 'verbosity', kinds = 'string', values = { 'low', 'medium', 'high' } },
  { name = 'service_tier', kinds = 'string' },
  { name = 'parallel_tool_calls', kinds = 'boolean', values = { 'true', 'false' } },
  { name = 'web_search_options', kinds = 'object' },
  { name = 'store', kinds = 'boolean', values = { 'true', 'false' }, providers = { 'openai', 'aiohttp_openai', 'azure', 'azure_text', 'text-completion-openai' } },
  { name = 'prompt_cache_key', kinds = 'string' },
  { name = 'safety_identifier', kinds = 'string' },
  { name = 'user', kinds = 'string' },
  { name = 'safety_settings', kinds = 'array', providers = { 'gemini', 'vertex_ai', 'vertex_ai_beta' } },
  { name = 'guardrailConfig', kinds = 'object', providers = { 'bedrock' } },
  { name = 'num_ctx', kinds = 'integer', providers = { 'ollama', 'ollama_chat' } },
  { name = 'num_predict', kinds = 'integer', providers = { 'ollama', 'ollama_chat' } },
  { name = 'num_gpu', kinds = 'integer', providers = { 'ollama', 'ollama_chat' } },
  { name = 'num_thread', kinds = 'integer', providers = { 'ollama', 'ollama_chat' } },
  { name = 'repeat_penalty', kinds = 'number', providers = { 'ollama', 'ollama_chat' } },
  { name = 'repeat_last_n', kinds = 'integer', providers = { 'ollama', 'ollama_chat' } },
  { name = 'keep_alive', kinds = 'string,integer', providers = { 'ollama', 'ollama_chat' } },
}

for _, field in ipairs(fields) do
  fields[field.name] = field
end

return fields
