using Microsoft.Extensions.Options;

namespace StreamSocial.Autoscaler.Actuation;

internal sealed class ScaleOptionsValidator : IValidateOptions<ScaleOptions>
{
    public ValidateOptionsResult Validate(string? name, ScaleOptions options)
    {
        var errors = new List<string>();
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            errors.Add($"{ScaleOptions.SectionName}:Endpoint is {endpoint}; give an absolute http address.");
        if (options.Timeout < TimeSpan.FromSeconds(0.1) || options.Timeout > TimeSpan.FromMinutes(1))
            errors.Add($"{ScaleOptions.SectionName}:Timeout is {options.Timeout}; give 0.1 s to 1 min.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
