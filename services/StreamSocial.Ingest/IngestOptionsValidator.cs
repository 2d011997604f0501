using Microsoft.Extensions.Options;

namespace StreamSocial.Ingest;

/// <summary>The rules that concern more than one option.</summary>
internal sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options) =>
        options.MaxBatchActions <= options.QueueCapacityRecords
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Ingest:MaxBatchActions ({options.MaxBatchActions}) is above Ingest:QueueCapacityRecords ({options.QueueCapacityRecords}): "
                + "a full batch would never fit. Raise the queue or lower the batch.");
}
