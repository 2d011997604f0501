using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>Compresses what a client reads, which may be large, and not what an answer to a write or a refusal says, which never is.</summary>
internal sealed class LargeAnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
{
    private const int LeastBytes = 1_024;

    public override bool ShouldCompressResponse(HttpContext context) =>
        context.Response is { StatusCode: StatusCodes.Status200OK, ContentLength: null or >= LeastBytes } && base.ShouldCompressResponse(context);
}
